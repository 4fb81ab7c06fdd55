import { isUtf8 } from 'node:buffer'
import { formatBytes } from '../../plan/duration.ts'
import { countNewlines } from '../framing/count-newlines.ts'
import type { Receiver, TextInput } from '../record.ts'
import type { AvroReader } from './avro.ts'
import type { SparkFlumeEvent } from './flume-event.ts'

const LENGTH_BYTES = 4
const NEWLINE = 10

/** Events that were read and are to be stored. */
interface Taken {
  readonly count: number
  readonly store: () => void
  /** Why none of them can be stored. */
  readonly tooLarge?: string
}

/** Reads events of calls and hands them to a receiver: each body a line of text, or each event a record. */
export class Events {
  readonly #receiver: Receiver
  readonly #withHeaders: boolean
  #longest = 0
  #lines: TextInput | undefined
  #texts: TextInput | undefined
  #isMalformedSaid = false

  constructor(receiver: Receiver, withHeaders: boolean) {
    this.#receiver = receiver
    this.#withHeaders = withHeaders
  }

  /**
   * Read an array of events, where `isOne` a single one.
   *
   * @throws RefusedError where there is none.
   */
  read(reader: AvroReader, isOne = false): Taken {
    const each = (item: () => void): void => (isOne ? item() : reader.items(item))
    this.#longest = 0
    const taken = this.#withHeaders ? this.#readRecords(reader, each) : this.#readBodies(reader, each)
    const { maxLine } = this.#receiver
    if (this.#longest <= maxLine) return taken
    const [length, limit] = [formatBytes(this.#longest), formatBytes(maxLine)]
    return { ...taken, tooLarge: `an event of ${length}, where ${limit} are taken: raise --max-line` }
  }

  #readRecords(reader: AvroReader, each: (item: () => void) => void): Taken {
    const rows: SparkFlumeEvent[] = []
    each(() => {
      const headers: Record<string, string> = {}
      reader.items(() => {
        const value = { configurable: true, enumerable: true, writable: true, value: '' }
        const name = reader.string()
        value.value = reader.string()
        // Not assigned: the name may be that of the prototype.
        Object.defineProperty(headers, name, value)
      })
      const start = this.#body(reader)
      const body = reader.bytes.toString('utf8', start, reader.at)
      if (
        !this.#isMalformedSaid &&
        body.includes('\ufffd') &&
        !isUtf8(reader.bytes.subarray(start, reader.at))
      )
        this.#sayMalformed()
      rows.push({ headers, body })
    })
    return { count: rows.length, store: () => this.#receiver.store(rows) }
  }

  #readBodies(reader: AvroReader, each: (item: () => void) => void): Taken {
    const ranges: number[] = []
    let size = 0
    each(() => {
      reader.items(() => {
        reader.skip(reader.long())
        reader.skip(reader.long())
      })
      const start = this.#body(reader)
      ranges.push(start, reader.at)
      size += reader.at - start
    })
    return { count: ranges.length / 2, store: () => this.#storeBodies(reader.bytes, ranges, size) }
  }

  /** Hand bodies over as lines, which stay bytes; one that holds an end of a line goes as a text of its own. */
  #storeBodies(bytes: Buffer, ranges: readonly number[], size: number): void {
    const count = ranges.length / 2
    if (count === 0) return
    const block = Buffer.allocUnsafe(LENGTH_BYTES + size + count)
    block.writeUInt32BE(size + count, 0)
    let at = LENGTH_BYTES
    for (let index = 0; index < ranges.length; index += 2) {
      at += bytes.copy(block, at, ranges[index], ranges[index + 1])
      block[at++] = NEWLINE
    }
    const text = block.subarray(LENGTH_BYTES)
    if (countNewlines(text) === count && !text.includes('\r')) {
      this.#lines ??= this.#receiver.open('flume', 'blocks')
      this.#lines.write(block)
    } else this.#storeTexts(bytes, ranges, size)
  }

  #storeTexts(bytes: Buffer, ranges: readonly number[], size: number): void {
    const texts = Buffer.allocUnsafe(size + (ranges.length / 2) * LENGTH_BYTES)
    let at = 0
    for (let index = 0; index < ranges.length; index += 2) {
      const [start, end] = [ranges[index] as number, ranges[index + 1] as number]
      at = texts.writeUInt32BE(end - start, at)
      at += bytes.copy(texts, at, start, end)
    }
    this.#texts ??= this.#receiver.open('flume', 'length')
    this.#texts.write(texts)
  }

  #body(reader: AvroReader): number {
    const start = reader.skip(reader.long())
    this.#longest = Math.max(this.#longest, reader.at - start)
    return start
  }

  #sayMalformed(): void {
    this.#isMalformedSaid = true
    this.#receiver.report('flume: not all text is UTF-8; wrong bytes are shown as �')
  }
}
