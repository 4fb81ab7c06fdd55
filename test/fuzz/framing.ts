import { deepStrictEqual } from 'node:assert/strict'
import type { Partition } from '../../src/engine/batch/partition.ts'
import { createFramer } from '../../src/engine/sources/framing/framer.ts'
import type { FramingKind } from '../../src/engine/sources/framing/framing.ts'
import { expectClear, type Target } from './target.ts'

interface Framed {
  readonly records: readonly string[]
  readonly counts: readonly number[]
  readonly error: string
}

function recordsOf(partition: Partition): readonly string[] {
  if (partition.kind === 'rows') return partition.rows as string[]
  if (partition.kind !== 'text') throw new Error(partition.kind)
  const lines = Buffer.from(partition.bytes).toString('latin1').split('\n')
  if (lines.pop() !== '' || lines.length !== partition.count) throw new Error('lines are miscounted')
  return lines
}

function frame(kind: FramingKind, bytes: Uint8Array, size: number, maxLine: number): Framed {
  const framer = createFramer(kind, { maxLine, name: 'in' })
  const records: string[] = []
  const take = (partition: Partition): void => {
    for (const record of recordsOf(partition)) records.push(record)
  }
  let error = ''
  try {
    for (let at = 0; at < bytes.length; at += size) {
      framer.push(Uint8Array.from(bytes.subarray(at, at + size)), take)
      if (framer.held > maxLine + 8) throw new Error(`${framer.held} bytes are held`)
    }
    framer.end(take)
  } catch (cause) {
    expectClear((cause as Error).name, (cause as Error).message)
    error = (cause as Error).message
  }
  return { records, counts: [framer.malformed, framer.dropped], error }
}

/** What a framing must make of all bytes at once, written in the plainest way; undefined where only cuts are compared. */
const PLAIN: Partial<Record<FramingKind, (latin1: string) => readonly string[]>> = {
  lines: (text) => withoutLast(text.split(/\r\n|\r|\n/)),
  nul: (text) => withoutLast(text.split('\0')).map((part) => Buffer.from(part, 'latin1').toString()),
}

function withoutLast(parts: readonly string[]): readonly string[] {
  return parts.at(-1) === '' ? parts.slice(0, -1) : parts
}

/** A framing: the records are the same wherever the bytes are cut, and those of a plain reference. */
export function framingTarget(kind: FramingKind): Target {
  return {
    name: `framing ${kind}`,
    corpus: 'framing',
    runs: 500,
    words: [
      '\r\n',
      '\0',
      '\x1e{}\n',
      '{"a":"\\"}',
      '\xff\xff\xff\xff',
      '\x7f\xff\xff\xff',
      '\0\0\0\x02ab',
      '\ufeff',
    ],
    seeds: async () => [
      Buffer.from('['.repeat(100_000)),
      Buffer.from(`\x1e${'['.repeat(1000)}\n\x1e1\n`),
      Buffer.from([0, 0, 0, 2, 97, 10, 0, 0, 0, 0, 0, 0, 0, 1, 98]),
      Buffer.from('a\r\nb\rc\n\r\nd'),
      Buffer.from('a\0\0é\0b'),
    ],
    run: (bytes) => {
      const latin1 = Buffer.from(bytes).toString('latin1')
      const text = latin1.startsWith('\xef\xbb\xbf') ? latin1.slice(3) : latin1
      for (const maxLine of [1 << 20, 12]) {
        const whole = frame(kind, bytes, Math.max(1, bytes.length), maxLine)
        for (const size of bytes.length > 5000 ? [4099] : [1, 3, 7]) {
          const cut = frame(kind, bytes, size, maxLine)
          deepStrictEqual(cut.error, whole.error)
          // What stands before an error in the same chunk is not emitted.
          deepStrictEqual(cut.records.slice(0, whole.records.length), whole.records)
          if (whole.error === '') deepStrictEqual(cut, whole)
        }
        const plain = PLAIN[kind]?.(text)
        if (plain !== undefined && whole.error === '') deepStrictEqual(whole.records, plain)
        if (plain !== undefined && maxLine > bytes.length) deepStrictEqual(whole.error, '')
      }
    },
  }
}
