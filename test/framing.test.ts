import { deepStrictEqual } from 'node:assert/strict'
import { isUtf8 } from 'node:buffer'
import fc from 'fast-check'
import tap from 'tap'
import type { Partition } from '../src/engine/batch/partition.ts'
import { ReadArea } from '../src/engine/kernels/read-area.ts'
import { countNewlines } from '../src/engine/sources/framing/count-newlines.ts'
import { createFramer } from '../src/engine/sources/framing/framer.ts'
import type { Framer, FramingKind } from '../src/engine/sources/framing/framing.ts'

const RUNS = { numRuns: 1000 }
const MAX_LINE = 1 << 20

/** Records as latin1 text for lines (so that any byte compares), as strings for the rest. */
function records(partition: Partition): string[] {
  if (partition.kind === 'rows') return partition.rows as string[]
  if (partition.kind !== 'text') throw new Error(partition.kind)
  const lines = Buffer.from(partition.bytes).toString('latin1').split('\n')
  if (lines.pop() !== '' || lines.length !== partition.count)
    throw new Error('a partition miscounts its lines')
  return lines
}

interface Result {
  readonly records: string[]
  readonly malformed: number
  readonly dropped: number
  readonly error: string | undefined
}

/** The memory of a source, where a kernel looks over what was read. */
const area = new ReadArea(MAX_LINE, 1)

function inArea(chunk: Uint8Array): Uint8Array {
  area.bytes.set(chunk)
  return area.bytes.subarray(0, chunk.length)
}

/** Frame chunks in memory of their own and, which must not matter, in the memory of a source. */
function frame(kind: FramingKind, chunks: readonly Uint8Array[], maxLine = MAX_LINE): Result {
  const result = frameIn((chunk) => Uint8Array.from(chunk), kind, chunks, maxLine)
  deepStrictEqual(frameIn(inArea, kind, chunks, maxLine), result)
  return result
}

function frameIn(
  lend: (chunk: Uint8Array) => Uint8Array,
  kind: FramingKind,
  chunks: readonly Uint8Array[],
  maxLine: number,
): Result {
  const framer: Framer = createFramer(kind, { maxLine, name: 'in' })
  const out: string[] = []
  const emit = (partition: Partition): void => {
    out.push(...records(partition))
  }
  let error: string | undefined
  try {
    for (const chunk of chunks) {
      // The memory is the caller's: overwriting it after the push must not change what came out.
      const lent = lend(chunk)
      framer.push(lent, emit)
      lent.fill(0x58)
    }
    framer.end(emit)
  } catch (cause) {
    error = (cause as Error).message
  }
  return { records: out, malformed: framer.malformed, dropped: framer.dropped, error }
}

function cut(bytes: Uint8Array, borders: readonly number[]): Uint8Array[] {
  const places = borders.map((border) => border % (bytes.length + 1)).sort((a, b) => a - b)
  return [...places, bytes.length].map((end, index) => bytes.subarray(places[index - 1] ?? 0, end))
}

const text = (value: string): Uint8Array => Buffer.from(value)
const bytesOf = (alphabet: readonly number[]): fc.Arbitrary<Uint8Array> =>
  fc
    .oneof(
      { weight: 4, arbitrary: fc.array(fc.constantFrom(...alphabet), { maxLength: 60 }) },
      { weight: 1, arbitrary: fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 60 }) },
    )
    .map((bytes) => Uint8Array.from(bytes))
const borders = fc.array(fc.nat(100), { maxLength: 12 })
const MARK = '\xef\xbb\xbf'
const plain = (bytes: Uint8Array): string => {
  const latin1 = Buffer.from(bytes).toString('latin1')
  return latin1.startsWith(MARK) ? latin1.slice(MARK.length) : latin1
}
const ended = (parts: string[]): string[] => (parts.at(-1) === '' ? parts.slice(0, -1) : parts)
const malformed = (parts: readonly string[]): number =>
  parts.filter((part) => !isUtf8(Buffer.from(part, 'latin1'))).length
const decoded = (part: string): string => Buffer.from(part, 'latin1').toString('utf8')

tap.test('C8: lines end as in Java readLine, whatever the chunks', async () => {
  fc.assert(
    fc.property(
      bytesOf([10, 13, 13, 10, 97, 98, 0xc3, 0xa9, 0xef, 0xbb, 0xbf, 0xff]),
      borders,
      (bytes, places) => {
        const expected = ended(plain(bytes).split(/\r\n|\r|\n/))
        deepStrictEqual(frame('lines', cut(bytes, places)), {
          records: expected,
          malformed: malformed(expected),
          dropped: 0,
          error: undefined,
        })
      },
    ),
    RUNS,
  )
})

tap.test('C8: a lone return ends its line at once, and a line feed after it belongs to it', async (t) => {
  const framer = createFramer('lines', { maxLine: 100, name: 'in' })
  const out: string[][] = []
  for (const chunk of ['a\r', '\nb', '\r\r', '\n\n', 'c']) {
    const lines: string[] = []
    framer.push(text(chunk), (partition) => lines.push(...records(partition)))
    out.push(lines)
  }
  framer.end((partition) => out.push(records(partition)))
  t.strictSame(out, [['a'], [], ['b', ''], [''], [], ['c']])
})

tap.test('lines: a chunk without returns is emitted as a view of itself', async (t) => {
  const chunk = text('one\ntwo\nthr')
  const views: ArrayBufferLike[] = []
  createFramer('lines', { maxLine: 100, name: 'in' }).push(chunk, (partition) => {
    if (partition.kind === 'text') views.push(partition.bytes.buffer)
  })
  t.strictSame(views.length, 1)
  t.equal(views[0], chunk.buffer)
})

tap.test('lines: shared memory is read as it is', async (t) => {
  const shared = new Uint8Array(new SharedArrayBuffer(8))
  shared.set(text('a\r\nb\n\xc3'))
  const framer = createFramer('lines', { maxLine: 100, name: 'in' })
  const out: string[] = []
  framer.push(shared, (partition) => out.push(...records(partition)))
  t.strictSame(out, ['a', 'b'])
})

tap.test('lines: one over the limit is named with offset and limit as soon as it is known', async (t) => {
  t.equal(frame('lines', [text('abcd\nabcde\n')], 5).error, undefined)
  t.match(
    frame('lines', [text('ab\r\nabcdef')], 5).error,
    /^in: the line that starts at byte 4 is longer than 5 bytes$/,
  )
  fc.assert(
    fc.property(bytesOf([10, 13, 97, 97, 97, 97]), borders, (bytes, places) => {
      const whole = frame('lines', [bytes], 4).error
      deepStrictEqual(frame('lines', cut(bytes, places), 4).error, whole)
      const long = plain(bytes)
        .split(/\r\n|\r|\n/)
        .some((line) => line.length > 4)
      deepStrictEqual(whole !== undefined, long)
    }),
    RUNS,
  )
  const framer = createFramer('lines', { maxLine: 1 << 20, name: 'in' })
  const chunk = new Uint8Array(1 << 16).fill(97)
  let pushed = 0
  t.throws(
    () => {
      for (; pushed < 100; pushed++) framer.push(chunk, () => t.fail('nothing is complete'))
    },
    { name: 'SourceError', hint: /--max-line/ },
  )
  t.equal(pushed, 16, 'the error comes with the first byte over the limit')
})

tap.test('lines: one long line in small chunks costs linear time', async (t) => {
  const seconds = (size: number): number => {
    const framer = createFramer('lines', { maxLine: size, name: 'in' })
    const chunk = new Uint8Array(512).fill(97)
    const start = process.hrtime.bigint()
    for (let sent = 0; sent < size; sent += chunk.length) framer.push(chunk, () => undefined)
    return Number(process.hrtime.bigint() - start) / 1e9
  }
  seconds(1 << 20)
  t.ok(seconds(1 << 24) < 1.5, '16 MiB in 32,768 chunks')
})

tap.test('countNewlines counts at any alignment and length', async (t) => {
  fc.assert(
    fc.property(
      bytesOf([10, 10, 9, 11, 138, 0x8a, 0, 255]),
      fc.nat(3),
      fc.nat(40),
      (bytes, offset, repeat) => {
        const memory = new Uint8Array(offset + bytes.length * repeat)
        for (let index = 0; index < repeat; index++) memory.set(bytes, offset + index * bytes.length)
        const view = memory.subarray(offset)
        deepStrictEqual(
          countNewlines(view),
          view.reduce((count, byte) => count + (byte === 10 ? 1 : 0), 0),
        )
      },
    ),
    RUNS,
  )
  t.equal(countNewlines(new Uint8Array(5000).fill(10)), 5000)
})

tap.test('asks-8: nul-ended records, whatever the chunks', async (t) => {
  fc.assert(
    fc.property(bytesOf([0, 0, 10, 97, 0xc3, 0xa9, 0xef, 0xbb, 0xbf, 0xff]), borders, (bytes, places) => {
      const expected = ended(plain(bytes).split('\0'))
      deepStrictEqual(frame('nul', cut(bytes, places)), {
        records: expected.map(decoded),
        malformed: malformed(expected),
        dropped: 0,
        error: undefined,
      })
    }),
    RUNS,
  )
  t.match(
    frame('nul', [text('a\0'), text('bcd'), text('efg')], 5).error,
    /record that starts at byte 2 .* 5 bytes/,
  )
})

tap.test('asks-8: length-prefixed records, whatever the chunks', async (t) => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 9 })), borders, (values, places) => {
      const bytes = Buffer.concat(
        values.flatMap((value) => {
          const header = Buffer.alloc(4)
          header.writeUInt32BE(Buffer.byteLength(value))
          return [header, text(value)]
        }),
      )
      deepStrictEqual(frame('length', cut(bytes, places)).records, values)
    }),
    RUNS,
  )
  t.match(frame('length', [text('\0\0\0\x02ab\0\0\0\x05ab')]).error, /at byte 6, after 2 of its 5 bytes/)
  t.match(frame('length', [text('\0\0')]).error, /at byte 0, after 2 of the 4 bytes of its length/)
  t.match(frame('length', [text('{"a"')], 100).error, /record of 2065850658 bytes .* at byte 0/)
})

const json = fc.json({ maxDepth: 3 })
const space = fc.constantFrom('', ' ', '\n', '\r\n\t')

tap.test('asks-8: concatenated JSON values, whatever the chunks', async (t) => {
  fc.assert(
    fc.property(fc.array(fc.tuple(json, space)), borders, (values, places) => {
      // Two scalars need a space between them to be two.
      const bytes = text(
        values.map(([value, after]) => value + (/^[["{]/.test(value) ? after : `${after} `)).join(''),
      )
      const result = frame('concat', cut(bytes, places))
      deepStrictEqual(result.error, undefined)
      deepStrictEqual(
        result.records.map((record) => JSON.parse(record)),
        values.map(([value]) => JSON.parse(value)),
      )
    }),
    RUNS,
  )
  fc.assert(
    fc.property(bytesOf([...text('{}[]""\\\\ 10.-e\n,:aé'), 0x1e, 0xff]), borders, (bytes, places) => {
      const { records: whole, ...rest } = frame('concat', [bytes])
      const { records: pieces, ...restOfPieces } = frame('concat', cut(bytes, places))
      deepStrictEqual(restOfPieces, rest)
      // What stands before an error in the same chunk is not emitted.
      deepStrictEqual(rest.error === undefined ? pieces : pieces.slice(0, whole.length), whole)
    }),
    RUNS,
  )
  t.strictSame(frame('concat', [text('{"a":"}\\""}[1,[2]]3 "x"true\n{}')]).records, [
    '{"a":"}\\""}',
    '[1,[2]]',
    '3',
    '"x"',
    'true',
    '{}',
  ])
  t.match(frame('concat', [text('{} [1, {"a":')]).error, /ends in the JSON value that starts at byte 3/)
  t.match(frame('concat', [text('{} hello')]).error, /'h' at byte 3/)
  t.match(frame('concat', [text('1 truefalse 2')]).error, /"truefalse" at byte 2 is no JSON value/)
  t.match(frame('concat', [text('{} ["aaa'), text('aaa"]')], 8).error, /JSON value that starts at byte 3/)
})

tap.test('asks-3: a JSON value comes out with its last byte, not with the next value', async (t) => {
  for (const [kind, sent] of [
    ['concat', '{"a":1}'],
    ['concat', '12\n'],
    ['json-seq', '\x1e{"a":1}\n'],
  ] as const) {
    const out: string[] = []
    createFramer(kind, { maxLine: 100, name: 'in' }).push(text(sent), (partition) =>
      out.push(...records(partition)),
    )
    t.equal(out.length, 1, kind)
  }
})

tap.test('asks-8: RFC 7464 text sequences, whatever the chunks', async (t) => {
  fc.assert(
    fc.property(fc.array(json), borders, (values, places) => {
      const bytes = text(values.map((value) => `\x1e${value}\n`).join(''))
      const result = frame('json-seq', cut(bytes, places))
      deepStrictEqual(
        result.records.map((record) => JSON.parse(record)),
        values.map((value) => JSON.parse(value)),
      )
    }),
    RUNS,
  )
  fc.assert(
    fc.property(
      bytesOf([...text('{}[]""\\\\ 10.-e\n,:a'), 0x1e, 0x1e, 0x1e, 0xff]),
      borders,
      (bytes, places) => {
        const seq = Buffer.concat([Uint8Array.of(0x1e), bytes])
        deepStrictEqual(frame('json-seq', cut(seq, places)).dropped, frame('json-seq', [seq]).dropped)
      },
    ),
    RUNS,
  )
  const truncated = frame('json-seq', [
    text('\x1e{"a":1}\n\x1e{"a":\x1e12\x1e12\n\x1e\x1e"x"\n\x1e1 2\n\x1enope\n'),
  ])
  t.strictSame(truncated.records, ['{"a":1}', '12', '"x"', '1'])
  t.equal(truncated.dropped, 4, 'truncated texts are left out and counted, RFC 7464 §2.4')
  t.match(frame('json-seq', [text('{}')]).error, /no record separator/)
  t.match(frame('json-seq', [text('\x1e{}\n\x1e12')]).error, /value that starts at byte 5/)
})
