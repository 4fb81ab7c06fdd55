import { isPair } from '../../batch/pair.ts'
import { UsageError } from '../../plan/errors.ts'
import type { OutputPort } from '../record.ts'
import { jsonText } from './encoder.ts'

type Arrow = typeof import('apache-arrow')

/** The kinds of column: 64-bit floats, booleans, or text (JSON for what is neither). */
export type ColumnKind = 'number' | 'boolean' | 'text'

/** Writes batches as one stream in Arrow's IPC format, a record batch each. */
export interface ArrowWriter {
  batch(time: number, rows: readonly unknown[]): Promise<void>
  close(): Promise<void>
}

/**
 * Return a writer of Arrow's IPC stream format. The first batch with elements sets the columns: `key` and `value` for
 * pairs, the fields of records, else `value`. Loads the optional package `apache-arrow`.
 *
 * @throws UsageError when the package is not installed.
 */
export async function createArrowWriter(port: OutputPort): Promise<ArrowWriter> {
  const arrow = await loadArrow()
  const writer = new arrow.RecordBatchStreamWriter()
  const chunks = writer[Symbol.asyncIterator]()
  let columns: ReadonlyMap<string, ColumnKind> | undefined
  const drained = (async () => {
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next())
      await port.write(next.value)
  })()
  return {
    batch: async (_time, rows) => {
      if (rows.length === 0) return
      const records = rows.map(fieldsOf)
      columns ??= columnKinds(records)
      const vectors = Object.fromEntries(
        [...columns].map(([name, kind]) => [
          name,
          vectorOf(
            arrow,
            kind,
            records.map((record) => record[name]),
          ),
        ]),
      )
      for (const batch of new arrow.Table(vectors).batches) writer.write(batch)
      // The writer's queue is handed on in microtasks; a batch must reach the reader before the next interval.
      await new Promise((resolve) => setImmediate(resolve))
    },
    close: async () => {
      writer.finish()
      await drained
    },
  }
}

/**
 * Return the optional package `apache-arrow`.
 *
 * @throws UsageError when it is not installed.
 */
export async function loadArrow(): Promise<Arrow> {
  try {
    return await import('apache-arrow')
  } catch {
    throw new UsageError(
      'the format arrow needs the package apache-arrow',
      'Install it: npm install apache-arrow',
    )
  }
}

function fieldsOf(element: unknown): Record<string, unknown> {
  if (isPair(element)) return { key: element[0], value: element[1] }
  const isRecord = typeof element === 'object' && element !== null && !Array.isArray(element)
  return isRecord ? (element as Record<string, unknown>) : { value: element }
}

function columnKinds(records: readonly Record<string, unknown>[]): Map<string, ColumnKind> {
  const kinds = new Map<string, ColumnKind>()
  for (const name of new Set(records.flatMap((record) => Object.keys(record)))) {
    const values = records
      .map((record) => record[name])
      .filter((value) => value !== null && value !== undefined)
    const isAll = (type: string): boolean =>
      values.length > 0 && values.every((value) => typeof value === type)
    kinds.set(name, isAll('number') ? 'number' : isAll('boolean') ? 'boolean' : 'text')
  }
  return kinds
}

/** Return values as a column. */
export function vectorOf(
  arrow: Arrow,
  kind: ColumnKind,
  values: readonly unknown[],
): import('apache-arrow').Vector {
  if (kind === 'number') {
    return arrow.vectorFromArray(
      values.map((value) => (typeof value === 'number' ? value : null)),
      new arrow.Float64(),
    )
  }
  if (kind === 'boolean') {
    return arrow.vectorFromArray(
      values.map((value) => (typeof value === 'boolean' ? value : null)),
      new arrow.Bool(),
    )
  }
  const texts = values.map((value) => {
    if (value === null || value === undefined) return null
    return typeof value === 'string' ? value : jsonText(value)
  })
  return arrow.vectorFromArray(texts, new arrow.Utf8())
}
