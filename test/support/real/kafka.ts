import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Admin } from '@platformatic/kafka'
import { makeCertificate } from '../certificate.ts'
import { freePort } from './free-port.ts'
import { installByMaven } from './install.ts'
import { ServerProcess } from './server-process.ts'

const run = promisify(execFile)

/**
 * Of every producer of a test: a topic that is quite new refuses at first, and what is sent again must not come twice.
 */
export const SURE = { clientId: 'test', idempotent: true } as const

/** Where servers are kept between runs. */
export const SERVERS = fileURLToPath(new URL('../../real/.servers', import.meta.url))

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>dstream.test</groupId><artifactId>kafka-broker</artifactId><version>1</version><packaging>pom</packaging>
<dependencies><dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>4.3.1</version></dependency></dependencies></project>
`

/** A real broker of one test. */
export interface RealKafka {
  /** HOST:PORT without a password, and the one that wants one. */
  readonly brokers: string
  readonly secured: string
  /** By TLS, with a password by PLAIN or SCRAM; and the file of the certificate of who signed the broker's. */
  readonly tls: string
  readonly authority: string
  start(): Promise<void>
  kill(): Promise<void>
  remove(): Promise<void>
  /** Do something by a client that administers, which is closed behind it. */
  administer<T>(action: (admin: Admin) => Promise<T>): Promise<T>
  create(topic: string, partitions?: number): Promise<unknown>
}

/** Install Kafka where it is missing, and start a broker on free ports of loopback; undefined where that cannot be. */
export async function realKafka(user: string, password: string): Promise<RealKafka | undefined> {
  const libraries = await install()
  if (libraries === undefined) return undefined
  const root = mkdtempSync(join(tmpdir(), 'dstream-kafka-'))
  const [open, secured, tls] = [await freePort(), await freePort(), await freePort()]
  const controller = await freePort()
  const [authority, key, store] = ['authority.pem', 'key.pem', 'store.pem'].map((name) =>
    join(root, name),
  ) as [string, string, string]
  makeCertificate(authority, key)
  writeFileSync(store, readFileSync(key, 'utf8') + readFileSync(authority, 'utf8'))
  const jaas = `org.apache.kafka.common.security.plain.PlainLoginModule required username="${user}" password="${password}" user_${user}="${password}";`
  const scram = 'org.apache.kafka.common.security.scram.ScramLoginModule required;'
  const settings = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controller}`,
    listeners: `PLAINTEXT://127.0.0.1:${open},SASL://127.0.0.1:${secured},TLS://127.0.0.1:${tls},CONTROLLER://127.0.0.1:${controller}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${open},SASL://127.0.0.1:${secured},TLS://127.0.0.1:${tls}`,
    'inter.broker.listener.name': 'PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map':
      'PLAINTEXT:PLAINTEXT,SASL:SASL_PLAINTEXT,TLS:SASL_SSL,CONTROLLER:PLAINTEXT',
    'listener.name.sasl.sasl.enabled.mechanisms': 'PLAIN',
    'listener.name.tls.sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
    'listener.name.sasl.plain.sasl.jaas.config': jaas,
    'listener.name.tls.plain.sasl.jaas.config': jaas,
    'listener.name.tls.scram-sha-256.sasl.jaas.config': scram,
    'listener.name.tls.scram-sha-512.sasl.jaas.config': scram,
    'listener.name.tls.ssl.keystore.type': 'PEM',
    'listener.name.tls.ssl.keystore.location': store,
    'log.dirs': join(root, 'data'),
    'auto.create.topics.enable': false,
    'offsets.topic.num.partitions': 1,
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.num.partitions': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'share.coordinator.state.topic.num.partitions': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    // Who dies is missed after six seconds, not after 45.
    'group.consumer.min.session.timeout.ms': 1000,
    'group.consumer.session.timeout.ms': 6000,
    'group.consumer.min.heartbeat.interval.ms': 500,
    'group.consumer.heartbeat.interval.ms': 1000,
    'num.network.threads': 2,
    'num.io.threads': 2,
    // Small and quick, for a test that waits for it.
    'log.cleaner.dedupe.buffer.size': 4_000_000,
    'log.cleaner.backoff.ms': 1000,
    'log.retention.check.interval.ms': 1000,
    'log.segment.delete.delay.ms': 100,
  }
  const properties = join(root, 'server.properties')
  writeFileSync(
    properties,
    Object.entries(settings)
      .map(([key, value]) => `${key}=${value}\n`)
      .join(''),
  )
  const path = ['-cp', `${libraries}/*`]
  const format = ['kafka.tools.StorageTool', 'format', '-t', 'MkU3OEVBNTcwNTJENDM2Qg', '-c', properties]
  for (const mechanism of ['SCRAM-SHA-256', 'SCRAM-SHA-512'])
    format.push('--add-scram', `${mechanism}=[name=${user},password=${password}]`)
  await run('java', ['-XX:TieredStopAtLevel=1', ...path, ...format])
  const memory = ['-Xmx512m', '-Xms256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1']
  const server = new ServerProcess('java', [...memory, ...path, 'kafka.Kafka', properties], open)
  await server.start()
  const brokers = `127.0.0.1:${open}`
  const administer = async <T>(action: (admin: Admin) => Promise<T>): Promise<T> => {
    const admin = new Admin({ clientId: 'test', bootstrapBrokers: [brokers] })
    try {
      return await action(admin)
    } finally {
      await admin.close()
    }
  }
  return {
    brokers,
    administer,
    create: (topic, partitions = 1) =>
      administer((admin) => admin.createTopics({ topics: [topic], partitions, replicas: 1 })),
    secured: `127.0.0.1:${secured}`,
    tls: `127.0.0.1:${tls}`,
    authority,
    start: () => server.start(),
    kill: () => server.kill(),
    remove: async () => {
      await server.kill()
      rmSync(root, { recursive: true, force: true })
    },
  }
}

/** Return the folder of Kafka's jars. */
async function install(): Promise<string | undefined> {
  const folder = join(SERVERS, 'kafka')
  const libraries = join(folder, 'libs')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'pom.xml'), POM)
  const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${libraries}`]
  return (await installByMaven(folder, goal)) ? libraries : undefined
}
