import { createHash } from 'node:crypto'

/** A protocol of remote calls as JSON, with what it is known by. */
export interface Protocol {
  readonly json: string
  readonly hash: Buffer
}

const EVENT_FIELDS = [
  { name: 'headers', type: { type: 'map', values: 'string' } },
  { name: 'body', type: 'bytes' },
]

/** What a sink of Flume calls. */
export const AVRO_SOURCE: Protocol = protocolOf({
  protocol: 'AvroSourceProtocol',
  namespace: 'org.apache.flume.source.avro',
  types: [
    { type: 'enum', name: 'Status', symbols: ['OK', 'FAILED', 'UNKNOWN'] },
    { type: 'record', name: 'AvroFlumeEvent', fields: EVENT_FIELDS },
  ],
  messages: {
    append: { request: [{ name: 'event', type: 'AvroFlumeEvent' }], response: 'Status' },
    appendBatch: {
      request: [{ name: 'events', type: { type: 'array', items: 'AvroFlumeEvent' } }],
      response: 'Status',
    },
  },
})

/** What Spark's sink inside a Flume agent answers to. */
export const SPARK_SINK: Protocol = protocolOf({
  protocol: 'SparkFlumeProtocol',
  namespace: 'org.apache.spark.streaming.flume.sink',
  types: [
    { type: 'record', name: 'SparkSinkEvent', fields: EVENT_FIELDS },
    {
      type: 'record',
      name: 'EventBatch',
      fields: [
        { name: 'errorMsg', type: 'string', default: '' },
        { name: 'sequenceNumber', type: 'string' },
        { name: 'events', type: { type: 'array', items: 'SparkSinkEvent' } },
      ],
    },
  ],
  messages: {
    getEventBatch: { request: [{ name: 'n', type: 'int' }], response: 'EventBatch' },
    ack: { request: [{ name: 'sequenceNumber', type: 'string' }], response: 'null' },
    nack: { request: [{ name: 'sequenceNumber', type: 'string' }], response: 'null' },
  },
})

function protocolOf(protocol: unknown): Protocol {
  const json = JSON.stringify(protocol)
  return { json, hash: createHash('md5').update(json).digest() }
}

/** Whether all messages that `other` has in common with `own` are laid out alike, one at least. */
export function isSameLayout(own: Protocol, other: string): boolean {
  const ours = layoutsOf(own.json)
  const theirs = layoutsOf(other)
  const common = Object.keys(ours).filter((name) => theirs[name] !== undefined)
  return common.length > 0 && common.every((name) => ours[name] === theirs[name])
}

/** Return what each message looks like on the wire, as text; nothing where it cannot be read. */
function layoutsOf(json: string): Readonly<Record<string, string>> {
  try {
    const { types = [], messages = {} } = JSON.parse(json) as Described
    const named = new Map(types.map((type) => [simpleName(type.name), type]))
    return Object.fromEntries(
      Object.entries(messages).map(([name, { request, response }]) => [
        name,
        JSON.stringify([request.map(({ type }) => layoutOf(type, named)), layoutOf(response, named)]),
      ]),
    )
  } catch {
    return {}
  }
}

interface Described {
  readonly types?: readonly Schema[]
  readonly messages?: Readonly<
    Record<string, { readonly request: readonly { readonly type: unknown }[]; readonly response: unknown }>
  >
}

interface Schema {
  readonly type?: unknown
  readonly name?: string
  readonly fields?: readonly { readonly name: string; readonly type: unknown }[]
  readonly symbols?: readonly string[]
  readonly items?: unknown
  readonly values?: unknown
}

/** Return what decides about the bytes: no namespaces, no documentation, no hints for Java. */
function layoutOf(schema: unknown, named: ReadonlyMap<string, Schema>, depth = 0): unknown {
  if (depth > 16) throw new Error('recursive')
  const inner = (type: unknown): unknown => layoutOf(type, named, depth + 1)
  if (typeof schema === 'string') {
    const found = named.get(simpleName(schema))
    return found === undefined ? schema : inner(found)
  }
  if (Array.isArray(schema)) return schema.map(inner)
  const { type, fields = [], symbols, items, values } = schema as Schema
  if (type === 'record' || type === 'error') return fields.map((field) => [field.name, inner(field.type)])
  if (type === 'enum') return { symbols }
  if (type === 'array') return { items: inner(items) }
  if (type === 'map') return { values: inner(values) }
  return inner(type)
}

function simpleName(name: string | undefined): string {
  return (name ?? '').split('.').at(-1) as string
}
