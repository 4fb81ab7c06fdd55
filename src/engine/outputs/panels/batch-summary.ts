import { eachElement, firstLines } from '../../batch/lines.ts'
import { isPair } from '../../batch/pair.ts'
import { countOf, type Partition } from '../../batch/partition.ts'
import { jsonText } from '../formats/encoder.ts'
import { LargestKeys } from './largest-keys.ts'
import type { PanelBatch, PanelCell } from './panel.ts'

/** Rows of a batch that a page is sent. */
const MOST_ROWS = 1000
/** Columns of a row, and characters of a cell. */
const MOST_COLUMNS = 50
const LONGEST_CELL = 300

/** A line that is a number, or a key and a number behind a tab: what `emit` writes, and most programs of a pipe. */
const NUMBER_LINE = /^(?:(.*)\t)?\s*(-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*$/is

/** A bounded part of one batch, made as its partitions come: what a page shows of it. */
export class BatchSummary {
  #total = 0
  /** Elements that are a key and a number, or a number. */
  #numbers = 0
  readonly #largest = new LargestKeys(MOST_ROWS)
  readonly #columns = new Map<string, number>()
  readonly #rows: PanelCell[][] = []

  /** Take a part of the batch. Its bytes may be used again afterwards. */
  push(partition: Partition): void {
    this.#total += countOf(partition)
    if (partition.kind === 'grouped') {
      const { keys, values } = partition
      for (let index = 0; index < keys.length; index++) this.#pair(keys[index], values[index])
      return
    }
    // Lines are decoded as long as they count: the first, and those that are a key and a number.
    const isPlain = partition.kind === 'text' && this.#numbers === 0 && this.#rows.length > 0
    const wanted = isPlain ? MOST_ROWS - this.#rows.length : Number.POSITIVE_INFINITY
    if (wanted <= 0) return
    const part =
      partition.kind === 'text' && wanted < partition.count
        ? { ...partition, bytes: firstLines(partition.bytes, wanted), count: wanted }
        : partition
    eachElement(part, (element) => this.#element(element))
  }

  /** Return what is shown of the batch at `time`. */
  take(time: number): PanelBatch {
    const total = this.#total
    const points = this.#largest.take()
    // Pairs alone: the largest stand for all, in the order in which they came.
    if (this.#numbers === total && total > 0 && !points.some(([key]) => key === '')) {
      const kept = this.#largest.isWhole ? 'all' : 'largest'
      return { time, total, columns: ['key', 'value'], rows: points, kept, points }
    }
    const columns = [...this.#columns.keys()]
    for (const row of this.#rows) for (let place = 0; place < columns.length; place++) row[place] ??= null
    const kept = this.#rows.length < total ? 'first' : 'all'
    return { time, total, columns, rows: this.#rows, kept, points }
  }

  #element(element: unknown): void {
    if (isPair(element)) this.#pair(element[0], element[1])
    else if (typeof element === 'number' || typeof element === 'bigint') this.#number(element)
    else if (typeof element === 'string') this.#line(element)
    else if (typeof element !== 'object' || element === null || Array.isArray(element))
      this.#row({ value: element })
    else this.#record(element as Readonly<Record<string, unknown>>)
  }

  #pair(key: unknown, value: unknown): void {
    if (typeof value === 'number' || typeof value === 'bigint') {
      this.#numbers += 1
      this.#largest.set(textOf(key), Number(value))
    }
    if (this.#rows.length < MOST_ROWS) this.#row({ key, value })
  }

  #number(value: number | bigint): void {
    this.#numbers += 1
    this.#largest.set('', Number(value))
    this.#row({ value })
  }

  #line(line: string): void {
    const [, key, number] = NUMBER_LINE.exec(line) ?? []
    if (number === undefined) {
      this.#row({ value: line })
    } else if (key === undefined) {
      this.#number(Number(number))
    } else {
      this.#pair(key, Number(number))
    }
  }

  /** A record has a number too: that of its first text, or one for each of its fields where it is all numbers. */
  #record(record: Readonly<Record<string, unknown>>): void {
    this.#row(record)
    const fields = Object.entries(record)
    const numbers = fields.filter(([, value]) => typeof value === 'number' || typeof value === 'bigint')
    const key = fields.find(([, value]) => typeof value === 'string')?.[1]
    if (numbers.length === 0) return
    if (key !== undefined) this.#largest.set(textOf(key), Number(numbers[0]?.[1]))
    else for (const [name, value] of numbers) this.#largest.set(name, Number(value))
  }

  #row(fields: Readonly<Record<string, unknown>>): void {
    if (this.#rows.length >= MOST_ROWS) return
    const row: PanelCell[] = []
    for (const [name, value] of Object.entries(fields)) {
      let place = this.#columns.get(name)
      if (place === undefined) {
        if (this.#columns.size >= MOST_COLUMNS) continue
        place = this.#columns.size
        this.#columns.set(name, place)
      }
      row[place] = cellOf(value)
    }
    this.#rows.push(row)
  }
}

function cellOf(value: unknown): PanelCell {
  if (value === null || value === undefined || typeof value === 'boolean') return value ?? null
  // JSON knows no such numbers, and what is no integer any more is shown as it is written.
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  return textOf(value)
}

function textOf(value: unknown): string {
  const text = typeof value === 'string' ? value : jsonText(value)
  return text.length > LONGEST_CELL ? `${text.slice(0, LONGEST_CELL)}…` : text
}
