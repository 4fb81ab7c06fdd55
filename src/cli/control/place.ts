import { lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Bytes of a socket's path that every system takes. */
const LONGEST_PATH = 103

/** Return the directory of the sockets of one's own pipelines. */
export function controlFolder(env: NodeJS.ProcessEnv = process.env): string {
  const { DSTREAM_RUNTIME_DIR, XDG_RUNTIME_DIR } = env
  if (DSTREAM_RUNTIME_DIR) return DSTREAM_RUNTIME_DIR
  return XDG_RUNTIME_DIR ? join(XDG_RUNTIME_DIR, 'dstream') : join(tmpdir(), `dstream-${process.getuid?.()}`)
}

/**
 * Return the directory, made where it is missing.
 *
 * @throws Error where others may look into it: what a pipeline knows is its user's own.
 */
export function madeControlFolder(): string {
  const folder = controlFolder()
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  checkOwn(folder)
  return folder
}

/**
 * Check that a directory is one's own, and nobody else's.
 *
 * @throws Error where it is not; the error of the system where it is not there.
 */
export function checkOwn(folder: string): void {
  const found = lstatSync(folder)
  if (!found.isDirectory()) throw new Error(`${folder} is no directory`)
  if (found.uid !== process.getuid?.()) throw new Error(`${folder} is of another user`)
  if ((found.mode & 0o077) !== 0) throw new Error(`${folder} is open to others: chmod 700 ${folder}`)
}

/** Remove the sockets at which nobody listens any more: those of processes that were killed. */
export function removeStale(folder: string): void {
  for (const name of readdirSync(folder)) {
    const [, pid] = /^(\d+)\.sock$/.exec(name) ?? []
    if (pid === undefined || isAlive(Number(pid))) continue
    // A process that cannot be seen from here may listen even so.
    const socket = connect(join(folder, name))
    socket.unref()
    socket.on('connect', () => socket.destroy())
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') rmSync(join(folder, name), { force: true })
    })
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Return the path of the socket of a process. Throws an Error where no system would take it. */
export function socketPath(folder: string, pid: number): string {
  const path = join(folder, `${pid}.sock`)
  if (Buffer.byteLength(path) <= LONGEST_PATH) return path
  throw new Error(`${path} is too long for a socket; set DSTREAM_RUNTIME_DIR to a shorter one`)
}
