import { readFileSync } from 'node:fs'
import { reasonOf } from '../../plan/describe.ts'
import { editsBetween } from '../../plan/edits-between.ts'
import { UsageError } from '../../plan/errors.ts'
import type { DirectStreamOptions } from '../../sources/kafka/direct-stream.ts'
import type { KafkaSettings } from '../../sources/kafka/driver.ts'
import { lazyRegistry } from '../../sources/kafka/lazy-registry.ts'
import { recordReader } from '../../sources/kafka/record-reader.ts'
import { type Deserializer, StringDeserializer } from './consumer-record.ts'
import { saslOf } from './sasl-params.ts'

/** How to reach Kafka, by the names of Kafka's own consumer. A key that is not here is refused. */
export interface KafkaParams<K = string, V = string> {
  /** HOST:PORT of some brokers, joined by commas, or as a list. */
  readonly 'bootstrap.servers': string | readonly string[]
  /** `StringDeserializer` where absent; or a function of the bytes. */
  readonly 'key.deserializer'?: Deserializer<K>
  readonly 'value.deserializer'?: Deserializer<V>
  /**
   * A schema registry of Confluent's interface, in place of `value.deserializer`: values, and keys that are framed, are decoded
   * into plain data. Name and password stand in the URL.
   */
  readonly 'schema.registry.url'?: string
  /** The group that `commitAsync` commits for, and behind whose offsets a stream begins. Without members: nothing rebalances. */
  readonly 'group.id'?: string
  /** Where a partition begins of which the group has committed nothing; `latest` where absent. */
  readonly 'auto.offset.reset'?: 'earliest' | 'latest' | 'none'
  /** `read_committed` where absent, unlike Kafka's consumer: messages of transactions that were aborted do not count. */
  readonly 'isolation.level'?: 'read_committed' | 'read_uncommitted'
  /** Only false: a batch is committed by `commitAsync`, after its output. */
  readonly 'enable.auto.commit'?: false | 'false'
  /** `PLAINTEXT` where absent. */
  readonly 'security.protocol'?: 'PLAINTEXT' | 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL'
  /** A file of certificates in PEM; those of the system where absent. */
  readonly 'ssl.truststore.location'?: string
  /** Such certificates themselves. */
  readonly 'ssl.truststore.certificates'?: string
  readonly 'ssl.truststore.type'?: 'PEM'
  readonly 'sasl.mechanism'?: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512'
  /** `… required username="NAME" password="PASSWORD";` */
  readonly 'sasl.jaas.config'?: string
  /** In place of that. */
  readonly 'sasl.username'?: string
  readonly 'sasl.password'?: string
}

const KEYS: Readonly<Record<keyof KafkaParams, true>> = {
  'bootstrap.servers': true,
  'key.deserializer': true,
  'value.deserializer': true,
  'schema.registry.url': true,
  'group.id': true,
  'auto.offset.reset': true,
  'isolation.level': true,
  'enable.auto.commit': true,
  'security.protocol': true,
  'ssl.truststore.location': true,
  'ssl.truststore.certificates': true,
  'ssl.truststore.type': true,
  'sasl.mechanism': true,
  'sasl.jaas.config': true,
  'sasl.username': true,
  'sasl.password': true,
}

/**
 * What is read of the parameters.
 *
 * @internal
 */
export interface CheckedParams {
  readonly settings: KafkaSettings
  readonly group?: string
  readonly reset: 'earliest' | 'latest' | 'none'
  /** Makes records of messages. */
  readonly reader: DirectStreamOptions['reader']
}

/**
 * Return what `kafkaParams` say, checked. Values of what may be secret stand in no error.
 *
 * @throws UsageError naming the key.
 * @internal
 */
export function checkParams<K, V>(params: KafkaParams<K, V>): CheckedParams {
  for (const key of Object.keys(params)) if (!(key in KEYS)) throw unknownKey(key)
  const values: ParamValues = { ...params }
  if (String(values['enable.auto.commit'] ?? false) !== 'false') {
    throw new UsageError(
      'kafkaParams: enable.auto.commit cannot be true: offsets would be committed before the output has their messages',
      'Leave it out, and call commitAsync(offsetRanges) in foreachRDD, behind the output.',
    )
  }
  const protocol = oneOf(values, 'security.protocol', PROTOCOLS) ?? 'PLAINTEXT'
  const group = textOf(values, 'group.id')
  return {
    settings: {
      brokers: brokersOf(values['bootstrap.servers']),
      isolation: oneOf(values, 'isolation.level', ISOLATIONS) ?? 'read_committed',
      ...(protocol.endsWith('SSL') ? { tls: tlsOf(values) } : {}),
      ...(protocol.startsWith('SASL') ? { sasl: saslOf(values, textOf, oneOf) } : {}),
    },
    ...(group === undefined ? {} : { group }),
    reset: oneOf(values, 'auto.offset.reset', RESETS) ?? 'latest',
    reader: readerOf(values),
  }
}

const PROTOCOLS = ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'] as const
const ISOLATIONS = ['read_committed', 'read_uncommitted'] as const
const RESETS = ['earliest', 'latest', 'none'] as const

/** The values of the parameters by key. */
export type ParamValues = Readonly<Record<string, unknown>>

function textOf(values: ParamValues, key: string): string | undefined {
  const value = values[key]
  if (value === undefined || (typeof value === 'string' && value !== '')) return value
  throw new UsageError(`kafkaParams: ${key} expects a text that is not empty`)
}

function oneOf<const O extends string>(
  values: ParamValues,
  key: string,
  options: readonly O[],
): O | undefined {
  const value = values[key]
  const found = options.find((option) => option === value)
  if (found === undefined && value !== undefined)
    throw new UsageError(`kafkaParams: ${key} expects ${options.join(', ')}, got ${String(value)}`)
  return found
}

function brokersOf(value: unknown): readonly string[] {
  const list = typeof value === 'string' ? value.split(',') : Array.isArray(value) ? value.map(String) : []
  const brokers = list.map((broker) => broker.trim()).filter((broker) => broker !== '')
  const wrong = brokers.find((broker) => !/^.+:\d{1,5}$/.test(broker))
  if (brokers.length > 0 && wrong === undefined) return brokers
  throw new UsageError(
    `kafkaParams: bootstrap.servers expects HOST:PORT, got ${wrong ?? (value === undefined ? 'nothing' : String(value))}`,
    "Such as { 'bootstrap.servers': 'localhost:9092' }.",
  )
}

function tlsOf(values: ParamValues): NonNullable<KafkaSettings['tls']> {
  const text = textOf(values, 'ssl.truststore.certificates')
  const path = textOf(values, 'ssl.truststore.location')
  oneOf(values, 'ssl.truststore.type', ['PEM'])
  if (text !== undefined) return { authority: text }
  if (path === undefined) return {}
  const authority = readPEM(path)
  if (authority.includes('-----BEGIN ')) return { authority }
  throw new UsageError(
    `kafkaParams: ssl.truststore.location ${path} holds no certificate in PEM`,
    'keytool -exportcert -rfc writes that of a Java key store.',
  )
}

function readPEM(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch (error) {
    throw new UsageError(`kafkaParams: ssl.truststore.location ${path}: ${reasonOf(error)}`)
  }
}

function readerOf(values: ParamValues): CheckedParams['reader'] {
  const registry = textOf(values, 'schema.registry.url')
  const readKey = deserializerOf(values, 'key.deserializer')
  const readValue = deserializerOf(values, 'value.deserializer')
  if (registry === undefined) return (faults) => recordReader(readKey, readValue, faults)
  for (const key of ['key.deserializer', 'value.deserializer'])
    if (values[key] !== undefined)
      throw new UsageError(`kafkaParams: schema.registry.url and ${key} cannot stand together`)
  return (faults, context) => lazyRegistry(registry, 'record', faults, context)
}

function deserializerOf(values: ParamValues, key: string): Deserializer<unknown> {
  const value = values[key] ?? StringDeserializer
  if (typeof value === 'function') return value as Deserializer<unknown>
  throw new UsageError(
    `kafkaParams: ${key} expects a function, got ${String(value)}`,
    'Import StringDeserializer, ByteArrayDeserializer, IntegerDeserializer, LongDeserializer or DoubleDeserializer, or write one.',
  )
}

function unknownKey(key: string): UsageError {
  const near = Object.keys(KEYS)
    .map((name) => ({ name, far: editsBetween(key.toLowerCase(), name) }))
    .sort((a, b) => a.far - b.far)[0]
  const isNear = near !== undefined && near.far <= Math.ceil(0.3 * near.name.length)
  return new UsageError(
    `kafkaParams: there is no key ${key} here`,
    isNear ? `Did you mean ${near.name}?` : `There are ${Object.keys(KEYS).join(', ')}.`,
  )
}
