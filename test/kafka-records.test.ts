/** Record batches of Kafka, read as bytes: what the client library wrote is the oracle. */
import {
  compressionsAlgorithmsByBitmask,
  createRecordsBatch,
  Reader,
  readRecordsBatches,
} from '@platformatic/kafka'
import fc from 'fast-check'
import tap from 'tap'
import { decompressor } from '../src/engine/sources/kafka/decompress.ts'
import type { KafkaMessage } from '../src/engine/sources/kafka/driver.ts'
import { elementsOf } from '../src/engine/sources/kafka/messages.ts'
import { type RecordBatch, recordBatches } from '../src/engine/sources/kafka/record-batch.ts'

interface Written {
  readonly key: Buffer | undefined
  readonly value: Buffer | undefined
  readonly timestamp: bigint
  readonly headers: [Buffer, Buffer][]
}

type Method = 'none' | 'gzip' | 'snappy' | 'lz4'

const unpack = decompressor({ compressionsAlgorithmsByBitmask })

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array))
const written: fc.Arbitrary<Written> = fc.record({
  key: fc.option(bytes, { nil: undefined }),
  value: fc.option(bytes, { nil: undefined }),
  timestamp: fc.bigInt({ min: 0n, max: 2n ** 41n }),
  headers: fc.array(fc.tuple(bytes, bytes), { maxLength: 3 }),
})
const line = fc.stringMatching(/^[^\n\r]{0,200}$/u).map((text) => Buffer.from(text))

/** The bytes of a batch that begins at `offset`, as a broker keeps it. */
function batchBytes(messages: readonly Written[], offset: number, compression: Method): Buffer {
  const made = createRecordsBatch(
    messages.map(({ key, value, timestamp, headers }) => ({
      topic: 't',
      partition: 0,
      timestamp,
      headers: new Map(headers),
      ...(key === undefined ? {} : { key }),
      ...(value === undefined ? {} : { value }),
    })) as unknown as Parameters<typeof createRecordsBatch>[0],
    { compression } as Parameters<typeof createRecordsBatch>[1],
  )
  const buffer = Buffer.from(made.buffer)
  buffer.writeBigInt64BE(BigInt(offset))
  return buffer
}

function hex(array: Uint8Array | null): string | null {
  return array === null ? null : Buffer.from(array).toString('hex')
}

function plain({ offset, timestamp, key, value, headers }: KafkaMessage): unknown[] {
  return [
    offset,
    timestamp,
    hex(key),
    hex(value),
    headers.map(([name, content]) => [hex(name), hex(content)]),
  ]
}

tap.test('S2 messages are read as the library wrote them, whatever they hold', async (t) => {
  const batches = fc.array(fc.array(written, { minLength: 1, maxLength: 30 }), { minLength: 1, maxLength: 4 })
  const method = fc.constantFrom<Method>('none', 'gzip', 'snappy', 'lz4')
  fc.assert(
    fc.property(batches, method, fc.nat(2 ** 40), (groups, compression, start) => {
      let offset = start
      const expected: unknown[] = []
      const parts = groups.map((group) => {
        const part = batchBytes(group, offset, compression)
        for (const batch of readRecordsBatches(Reader.from(part)))
          for (const { offsetDelta, timestampDelta, key, value, headers } of batch.records)
            expected.push([
              Number(batch.firstOffset) + offsetDelta,
              Number(batch.firstTimestamp + timestampDelta),
              hex(key),
              hex(value),
              headers.map(([name, content]) => [hex(name), hex(content)]),
            ])
        offset += group.length
        return part
      })
      // The broker cuts its answer anywhere: what is not whole comes again.
      const read = recordBatches(Buffer.concat([...parts, (parts[0] as Buffer).subarray(0, 40)]), unpack)
      t.equal(expected.length, offset - start)
      t.strictSame(read.flatMap((batch) => batch.messages(0, Number.POSITIVE_INFINITY)).map(plain), expected)
      t.equal(read.at(-1)?.lastOffset, offset - 1)
    }),
    { numRuns: 60 },
  )
})

tap.test(
  'S2 values are read as lines, those of the range alone, and as rows where they are no lines',
  async (t) => {
    const values = fc.array(fc.array(line, { minLength: 1, maxLength: 30 }), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(values, fc.nat(40), fc.nat(60), fc.option(fc.nat(20)), (groups, from, length, broken) => {
        let offset = 0
        const kept: string[] = []
        let hasBreak = false
        const until = from + length
        const batches = groups.flatMap((group) => {
          const first = offset
          const messages = group.map((value) => {
            const content = offset === broken ? Buffer.from('two\nlines') : value
            if (offset >= from && offset < until) {
              kept.push(content.toString())
              hasBreak ||= offset === broken
            }
            offset++
            return { key: Buffer.from('key'), value: content, timestamp: 0n, headers: [] }
          })
          return recordBatches(batchBytes(messages, first, 'none'), unpack)
        })
        const elements = elementsOf(batches, 'value', { topic: 't', partition: 0, from, until })
        t.equal(elements.kind, hasBreak ? 'rows' : 'text')
        if (elements.kind === 'rows') t.strictSame(elements.rows, kept)
        if (elements.kind === 'text') {
          t.equal(Buffer.from(elements.bytes).toString(), kept.map((text) => `${text}\n`).join(''))
          t.equal(elements.count, kept.length)
        }
      }),
      { numRuns: 100 },
    )
  },
)

tap.test('S2 a tombstone among values makes rows, and is null', async (t) => {
  const messages = ['a', undefined, 'b'].map((value) => ({
    key: Buffer.from('k'),
    value: value === undefined ? undefined : Buffer.from(value),
    timestamp: 5n,
    headers: [],
  }))
  const range = { topic: 't', partition: 0, from: 0, until: 3 }
  const elements = elementsOf(recordBatches(batchBytes(messages, 0, 'none'), unpack), 'value', range)
  t.strictSame(elements, { kind: 'rows', rows: ['a', null, 'b'] })
})

tap.test('S2 a broken batch is a RangeError: nothing hangs, nothing is made up', async (t) => {
  const messages = Array.from({ length: 20 }, (_, index) => ({
    key: Buffer.from(`k${index}`),
    value: Buffer.from(`value ${index}`),
    timestamp: 7n,
    headers: [],
  }))
  const whole = batchBytes(messages, 0, 'none')
  const good = recordBatches(whole, unpack).flatMap((batch) => batch.messages(0, 20)).length
  t.equal(good, 20)
  let refused = 0
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, byte) => {
      const broken = Buffer.from(whole)
      broken[at] = byte
      try {
        const read = (batch: RecordBatch): void => {
          const target = new Uint8Array(batch.room)
          const lines = batch.lines(target, 0, 0, 1 << 30)
          if (lines !== undefined) t.ok(lines.at <= batch.room)
          batch.messages(0, 1 << 30)
        }
        for (const batch of recordBatches(broken, unpack)) read(batch)
      } catch (error) {
        refused += 1
        // Node 20 has no zstd.
        const isUnsupported = (error as { code?: string }).code?.startsWith('PLT_KFK_UNSUPPORTED')
        if (!(error instanceof RangeError) && isUnsupported !== true) throw error
      }
    }),
    { numRuns: 2000 },
  )
  t.ok(refused > 100, `${refused} of 2000 were refused`)
})
