/** What the compiler must and must not accept of SQL and of outputs to files; the functions below are never called. */
import tap from 'tap'
import type { DStream } from '../src/index.ts'

export function outputs(lines: DStream<string>, pairs: DStream<readonly [string, number]>): void {
  const nothing: void = lines.saveAsTextFiles('out/x')
  void nothing
  lines.saveAsTextFiles('out/x', 'txt')
  lines.saveAsTextFiles('out/x', 'txt', { format: 'spark' })
  lines.saveAsTextFiles('out/x', undefined, { format: 'csv' })
  // @ts-expect-error there is no such format
  lines.saveAsTextFiles('out/x', 'txt', { format: 'xml' })
  // @ts-expect-error a prefix is needed
  lines.saveAsTextFiles()
  // @ts-expect-error an output gives no stream
  lines.saveAsTextFiles('out/x').print()
  lines.saveAsObjectFiles('out/x', 'json')
  // @ts-expect-error a path is a text
  lines.saveAsObjectFiles(1)

  pairs.saveAsHadoopFiles('out/x', 'txt')
  pairs.saveAsNewAPIHadoopFiles('out/x', 'txt')
  // @ts-expect-error Spark's two have no default suffix
  pairs.saveAsHadoopFiles('out/x')
  // @ts-expect-error lines are no pairs
  lines.saveAsHadoopFiles('out/x', 'txt')
  // @ts-expect-error lines are no pairs
  lines.saveAsNewAPIHadoopFiles('out/x', 'txt')
}

export function actions(pairs: DStream<readonly [string, number]>): void {
  pairs.forEach('cat')
  pairs.forEach('cat', { format: 'json' })
  pairs.forEach(async (elements, time) => {
    for (const [key, value] of elements) await Promise.resolve(key.length + value + time)
  })
  pairs.forEach((elements) => {
    // @ts-expect-error the values are numbers
    for (const [, value] of elements) value.trim()
  })
  // @ts-expect-error elements are not the function's to change
  pairs.forEach((elements) => void elements.push(['a', 1]))
  // @ts-expect-error neither a command nor a function
  pairs.forEach(1)
  // @ts-expect-error a function takes no format
  pairs.forEach(() => {}, { format: 'json' })
}

export function queries(lines: DStream<string>): void {
  const rows: DStream<Record<string, unknown>> = lines.sql('SELECT * FROM batch')
  rows.print()
  lines
    .sql<{ word: string; total: number }>('SELECT value AS word, 1 AS total FROM t', { as: 't' })
    .map(({ word, total }) => [word, total] as const)
    .reduceByKey((a, b) => a + b)
  lines.sql('SELECT host FROM batch', { columns: 'host,ms' })
  // @ts-expect-error rows are records
  lines.sql<number>('SELECT 1')
  // @ts-expect-error what a row holds is unknown until it is said
  lines.sql('SELECT 1 AS n FROM batch').map(({ n }) => n + 1)
  // @ts-expect-error the query is a text
  lines.sql(() => 'SELECT 1')
  // @ts-expect-error there is no such option
  lines.sql('SELECT 1', { table: 't' })
}

tap.pass('the compiler has checked this file')
