import { readFileSync } from 'node:fs'
import { reasonOf } from '../../../plan/describe.ts'
import { SourceError } from '../../../plan/errors.ts'
import type { KafkaSettings } from '../../../sources/kafka/driver.ts'
import type { SinkOptions } from '../sink.ts'

const COMPRESSIONS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const
const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512']
const SETTINGS = ['compression', 'sasl', 'tls', 'tls-ca']

/** How the messages of one request are made smaller. */
export type Compression = (typeof COMPRESSIONS)[number]

/** What `kafka://USER:PASSWORD@BROKER,BROKER/TOPIC?tls-ca=FILE&sasl=…&compression=…` says. */
export interface KafkaAddress {
  readonly topic: string
  readonly settings: KafkaSettings
  readonly compression: Compression
}

/**
 * Return what an address of a topic says; the words behind `?` are the flags of the source of the same names.
 *
 * @throws SourceError that names what is wrong.
 */
export function kafkaAddress({ url, hosts, shown }: SinkOptions): KafkaAddress {
  const topic = decodeURIComponent(url.pathname.slice(1))
  if (topic === '')
    throw new SourceError(`${shown} names no topic`, 'Write it as kafka://localhost:9092/TOPIC')
  if (!/^[\w.-]{1,249}$/.test(topic)) throw new SourceError(`${topic} is no name of a topic`)
  for (const name of url.searchParams.keys())
    if (!SETTINGS.includes(name))
      throw new SourceError(`kafka knows no setting ${name}`, `Known: ${SETTINGS.join(', ')}.`)
  const chosen = <T extends string>(name: string, known: readonly T[], otherwise: T): T => {
    const word = url.searchParams.get(name) ?? otherwise
    const found = known.find((one) => one === word)
    if (found === undefined)
      throw new SourceError(`${name}=${word} is not known`, `Known: ${known.join(', ')}.`)
    return found
  }
  const user = decodeURIComponent(url.username)
  const password = decodeURIComponent(url.password) || process.env.DSTREAM_KAFKA_PASSWORD
  if (user !== '' && password === undefined)
    throw new SourceError(`${shown} needs a password`, 'Set DSTREAM_KAFKA_PASSWORD.')
  if (user === '' && url.searchParams.has('sasl'))
    throw new SourceError('sasl needs a user', 'Write it as kafka://USER@HOST:PORT/TOPIC')
  const mechanism = chosen('sasl', MECHANISMS, 'plain').toUpperCase()
  const authority = url.searchParams.get('tls-ca')
  const isTls = authority !== null || chosen('tls', ['', 'true', 'false'], 'false') !== 'false'
  return {
    topic,
    compression: chosen('compression', COMPRESSIONS, 'none'),
    settings: {
      brokers: hosts.map((host) => (/:\d+$/.test(host) ? host : `${host}:9092`)),
      isolation: 'read_committed',
      ...(isTls ? { tls: authority === null ? {} : { authority: certificate(authority) } } : {}),
      ...(user === '' || password === undefined ? {} : { sasl: { mechanism, user, password } }),
    },
  }
}

function certificate(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new SourceError(`kafka: tls-ca ${path}: ${reasonOf(error)}`)
  }
}
