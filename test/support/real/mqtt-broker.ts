import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from './free-port.ts'
import { hasProgram } from './install.ts'
import { ServerProcess } from './server-process.ts'

/** A real MQTT broker (mosquitto) of one test, with a user `me`. */
export interface MqttBroker {
  readonly port: number
  start(): Promise<void>
  kill(): Promise<void>
  remove(): Promise<void>
}

/** Install mosquitto where it is missing, and start one on a free port of loopback; undefined where that cannot be. */
export async function mqttBroker(password: string): Promise<MqttBroker | undefined> {
  if (!(await hasProgram('mosquitto', 'mosquitto'))) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'dstream-mqtt-'))
  const port = await freePort()
  const passwords = join(folder, 'passwords')
  await promisify(execFile)('mosquitto_passwd', ['-b', '-c', passwords, 'me', password])
  const config = join(folder, 'mosquitto.conf')
  const lines = [
    `listener ${port} 127.0.0.1`,
    'allow_anonymous false',
    `password_file ${passwords}`,
    'max_queued_messages 0',
    ...(process.getuid?.() === 0 ? ['user root'] : []),
  ]
  writeFileSync(config, `${lines.join('\n')}\n`)
  const server = new ServerProcess('mosquitto', ['-c', config], port)
  await server.start()
  return {
    port,
    start: () => server.start(),
    kill: () => server.kill(),
    remove: async () => {
      await server.kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
