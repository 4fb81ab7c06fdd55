/**
 * A message of Kafka (Spark: `org.apache.kafka.clients.consumer.ConsumerRecord`). Data, not methods: `record.value`.
 */
export interface ConsumerRecord<K = string, V = string> {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  /** Milliseconds since 1970. */
  readonly timestamp: number
  /** Null where the message has no key. */
  readonly key: K | null
  /** Null for the tombstone of a key. */
  readonly value: V | null
  /** Text by name; of several headers of a name the last. */
  readonly headers: Readonly<Record<string, string | null>>
}

/** Makes a key or a value of its bytes, which nobody changes afterwards. */
export type Deserializer<T> = (bytes: Uint8Array) => T

/** Text of UTF-8. What stands where none is named. */
export const StringDeserializer: Deserializer<string> = (bytes) => decoder.decode(bytes)

/** The bytes as they are. */
export const ByteArrayDeserializer: Deserializer<Uint8Array> = (bytes) => bytes

/** A whole number of 4 bytes, the highest first. */
export const IntegerDeserializer: Deserializer<number> = (bytes) => sized(bytes, 4).getInt32(0)

/** A whole number of 8 bytes, the highest first. */
export const LongDeserializer: Deserializer<bigint> = (bytes) => sized(bytes, 8).getBigInt64(0)

/** A number of 8 bytes, the highest first. */
export const DoubleDeserializer: Deserializer<number> = (bytes) => sized(bytes, 8).getFloat64(0)

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

function sized(bytes: Uint8Array, length: number): DataView {
  if (bytes.length !== length) throw new RangeError(`expected ${length} bytes, got ${bytes.length}`)
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
