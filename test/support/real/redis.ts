import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import { hasProgram } from './install.ts'
import { ServerProcess } from './server-process.ts'

/** A real Redis of one test, which keeps each command on the disk. */
export interface RealRedis {
  readonly port: number
  readonly url: string
  start(): Promise<void>
  kill(): Promise<void>
  remove(): Promise<void>
}

/** Install Redis where it is missing, and start one on a free port of loopback; undefined where that cannot be. */
export async function realRedis(password: string): Promise<RealRedis | undefined> {
  if (!(await hasProgram('redis-server', 'redis-server'))) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'dstream-redis-'))
  const port = await freePort()
  const words = `--port ${port} --bind 127.0.0.1 --save "" --appendonly yes --appendfsync always --requirepass ${password} --dir ${folder}`
  const server = new ServerProcess('redis-server', words.replaceAll('"', '').split(' '), port)
  await server.start()
  return {
    port,
    url: `redis://:${password}@127.0.0.1:${port}/0`,
    start: () => server.start(),
    kill: () => server.kill(),
    remove: async () => {
      await server.kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
