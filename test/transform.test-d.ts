/** What the compiler must and must not accept of `ssc.transform`; the functions below are never called. */
import tap from 'tap'
import type { DStream, RDD, StreamingContext } from '../src/index.ts'

/** C15. */
export function transforms(
  ssc: StreamingContext,
  lines: DStream<string>,
  counts: DStream<readonly [string, number]>,
  many: DStream<string>[],
): void {
  const joined: DStream<[string, [string, number]]> = ssc.transform(
    [lines, counts],
    ([left, right], time) => {
      const words: RDD<string> = left
      const pairs: RDD<readonly [string, number]> = right
      return words.map((word): [string, string] => [word, String(time.toFixed())]).join(pairs)
    },
  )
  const all: DStream<string> = ssc.transform(many, (rdds) => ssc.sparkContext.union(rdds))
  const one: DStream<number> = ssc.transform([lines], ([words]) => words.map((word) => word.length))
  void [joined, all, one]

  // @ts-expect-error the first stream holds texts
  ssc.transform([lines, counts], ([left]) => left.map((word) => word.toFixed()))
  // @ts-expect-error there is no third stream
  ssc.transform([lines, counts], ([, , third]) => third)
  // @ts-expect-error an RDD comes out, not a list
  ssc.transform([lines], ([words]) => words.collect())
  // @ts-expect-error an RDD comes out at once
  ssc.transform([lines], async ([words]) => words)
  // @ts-expect-error streams stand in a list
  ssc.transform(lines, (words: RDD<string>) => words)
  // @ts-expect-error what comes out are texts
  const wrong: DStream<number> = ssc.transform([lines], ([words]) => words)
  void wrong
}

tap.pass('the compiler has checked this file')
