import { execFile } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from './free-port.ts'
import { hasProgram } from './install.ts'

const run = promisify(execFile)

/** A real PostgreSQL of one test. */
export interface RealPostgres {
  readonly port: number
  /** Its address, of a user who needs the password in it. */
  readonly url: string
  start(): Promise<void>
  /** Stop it as a crash does. */
  kill(): Promise<void>
  /** End it, and remove its data. */
  remove(): Promise<void>
}

/** The password of `url`. */
export const PASSWORD = 'secret-8f2'

/** Install PostgreSQL where it is missing, and start one on a free port of loopback; undefined where that cannot be. */
export async function realPostgres(): Promise<RealPostgres | undefined> {
  const bin =
    (await binaries()) ?? ((await hasProgram('pg_ctlcluster', 'postgresql')) ? await binaries() : undefined)
  if (bin === undefined) return undefined
  const root = mkdtempSync(join(tmpdir(), 'dstream-postgres-'))
  chmodSync(root, 0o755)
  const data = join(root, 'data')
  mkdirSync(data)
  const isRoot = process.getuid?.() === 0
  // The server refuses to run as root.
  const as = (program: string, words: readonly string[]): Promise<unknown> =>
    isRoot
      ? run('runuser', ['-u', 'postgres', '--', join(bin, program), ...words], { cwd: root })
      : run(join(bin, program), [...words], { cwd: root })
  if (isRoot) {
    const { stdout } = await run('id', ['-u', 'postgres'])
    chownSync(data, Number(stdout), -1)
  }
  await as('initdb', ['-D', data, '-A', 'trust', '-U', 'postgres', '--no-sync', '-E', 'UTF8', '--locale=C'])
  const port = await freePort()
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -c fsync=off -c unix_socket_directories=${data}`
  const server: RealPostgres = {
    port,
    url: `postgres://writer:${PASSWORD}@127.0.0.1:${port}/postgres`,
    start: async () => {
      await as('pg_ctl', ['-D', data, '-w', '-l', join(data, 'log'), '-o', options, 'start'])
    },
    kill: async () => {
      await as('pg_ctl', ['-D', data, '-m', 'immediate', '-w', 'stop'])
    },
    remove: async () => {
      await as('pg_ctl', ['-D', data, '-m', 'immediate', '-w', 'stop']).catch(() => {})
      rmSync(root, { recursive: true, force: true })
    },
  }
  await server.start()
  await as('psql', [
    '-h',
    data,
    '-p',
    String(port),
    '-U',
    'postgres',
    '-c',
    `create role writer login superuser password '${PASSWORD}'`,
  ])
  return server
}

async function binaries(): Promise<string | undefined> {
  const root = '/usr/lib/postgresql'
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : []
  const found = versions
    .map((version) => join(root, version, 'bin'))
    .find((bin) => existsSync(join(bin, 'initdb')))
  if (found !== undefined) return found
  const { stdout } = await run('pg_config', ['--bindir']).catch(() => ({ stdout: '' }))
  return existsSync(join(stdout.trim(), 'initdb')) && stdout.trim() !== '' ? stdout.trim() : undefined
}
