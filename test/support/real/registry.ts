import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import { installByMaven } from './install.ts'
import { SERVERS } from './kafka.ts'
import { ServerProcess } from './server-process.ts'

/** The last version that runs on Java 17. */
const ARTIFACT = 'io.apicurio:apicurio-registry-app:3.0.9:tar.gz:all'

/** A real schema registry of one test, empty at the start: Apicurio, which keeps schemas in files of H2. */
export interface RealRegistry {
  /** Where it has the interface of Confluent's. */
  readonly url: string
  /** Register a schema; returns its id. */
  register(
    subject: string,
    schema: string,
    schemaType?: string,
    references?: readonly { readonly name: string; readonly subject: string; readonly version: number }[],
  ): Promise<number>
  start(): Promise<void>
  kill(): Promise<void>
  remove(): Promise<void>
}

/** Install the registry where it is missing, and start it on a free port of loopback; undefined where that cannot be. */
export async function realRegistry(): Promise<RealRegistry | undefined> {
  const folder = await install()
  if (folder === undefined) return undefined
  const port = await freePort()
  const jar = readdirSync(folder).find((name) => name.endsWith('-runner.jar')) ?? ''
  const memory = ['-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1']
  const where = ['-Dquarkus.http.host=127.0.0.1', `-Dquarkus.http.port=${port}`]
  const root = mkdtempSync(join(tmpdir(), 'dstream-registry-'))
  const store = [`-Dapicurio.datasource.url=jdbc:h2:file:${join(root, 'schemas')};WRITE_DELAY=0`]
  const server = new ServerProcess('java', [...memory, ...where, ...store, '-jar', join(folder, jar)], port)
  await server.start()
  const url = `http://127.0.0.1:${port}/apis/ccompat/v7`
  return {
    url,
    register: async (subject, schema, schemaType = 'AVRO', references = []) => {
      const response = await fetch(`${url}/subjects/${subject}/versions`, {
        method: 'POST',
        headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
        body: JSON.stringify({ schema, schemaType, references }),
      })
      const answer = (await response.json()) as { id?: number }
      if (answer.id === undefined) throw new Error(`${subject}: ${response.status} ${JSON.stringify(answer)}`)
      return answer.id
    },
    start: () => server.start(),
    kill: () => server.kill(),
    remove: async () => {
      await server.kill()
      rmSync(root, { recursive: true, force: true })
    },
  }
}

async function install(): Promise<string | undefined> {
  const folder = join(SERVERS, 'registry')
  const goal = ['dependency:unpack', `-Dartifact=${ARTIFACT}`, `-DoutputDirectory=${folder}`]
  return (await installByMaven(folder, goal)) ? folder : undefined
}
