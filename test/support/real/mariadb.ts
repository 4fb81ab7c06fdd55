import { execFile } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from './free-port.ts'
import { hasProgram } from './install.ts'
import { ServerProcess } from './server-process.ts'

const run = promisify(execFile)

/** A real MariaDB of one test, with a database `results` and a user `writer`. */
export interface RealMariadb {
  readonly port: number
  readonly url: string
  start(): Promise<void>
  kill(): Promise<void>
  remove(): Promise<void>
}

/** Install MariaDB where it is missing, and start one on a free port of loopback; undefined where that cannot be. */
export async function realMariadb(password: string): Promise<RealMariadb | undefined> {
  if (!(await hasProgram('mariadbd', 'mariadb-server'))) return undefined
  const root = mkdtempSync(join(tmpdir(), 'dstream-mariadb-'))
  chmodSync(root, 0o755)
  const data = join(root, 'data')
  mkdirSync(data)
  const isRoot = process.getuid?.() === 0
  const user = isRoot ? ['--user=mysql'] : []
  if (isRoot) chownSync(data, Number((await run('id', ['-u', 'mysql'])).stdout), -1)
  const install = [
    '--no-defaults',
    ...user,
    `--datadir=${data}`,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
  ]
  await run('mariadb-install-db', install)
  const port = await freePort()
  const socket = join(data, 's.sock')
  const server = new ServerProcess(
    'mariadbd',
    [
      '--no-defaults',
      ...user,
      `--datadir=${data}`,
      '--bind-address=127.0.0.1',
      `--port=${port}`,
      `--socket=${socket}`,
    ],
    port,
  )
  await server.start()
  const setUp = `create database results character set utf8mb4; create user writer@'127.0.0.1' identified by '${password}'; grant all on results.* to writer@'127.0.0.1'`
  await run('mariadb', ['--no-defaults', '-u', 'root', `--socket=${socket}`, '-e', setUp])
  return {
    port,
    url: `mysql://writer:${password}@127.0.0.1:${port}/results`,
    start: () => server.start(),
    kill: () => server.kill(),
    remove: async () => {
      await server.kill()
      rmSync(root, { recursive: true, force: true })
    },
  }
}
