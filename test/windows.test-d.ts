/** What the compiler must and must not accept of windows and joins; `tsc -p tsconfig.json` is the test. */
import tap from 'tap'
import {
  type Aggregator,
  type DStream,
  type Partitioner,
  type RDD,
  Seconds,
  type StreamingContext,
} from '../src/index.ts'

type Equal<A, B> = (<X>() => X extends A ? 1 : 2) extends <X>() => X extends B ? 1 : 2 ? true : false

/** Accepts a stream whose elements are exactly of type `E`. */
function streamOf<E>() {
  return <A>(_stream: DStream<A>, ..._same: Equal<A, E> extends true ? [] : [expected: E]): void => {}
}

const average: Aggregator<number, [sum: number, count: number], string> = {
  create: (value) => [value, 1],
  mergeValue: ([sum, count], value) => [sum + value, count + 1],
  mergeCombiners: ([a, b], [c, d]) => [a + c, b + d],
  finish: ([sum, count]) => String(sum / count),
}

const [length, slide] = [Seconds(30), Seconds(10)]
const byLength: Partitioner<string> = { numPartitions: 2, getPartition: (key) => key.length % 2 }
const byNumber: Partitioner<number> = { numPartitions: 2, getPartition: (key) => key % 2 }

export function windows(lines: DStream<string>, numbers: DStream<number>): void {
  streamOf<number>()(numbers.reduceByWindow((a, b) => a + b, length, slide))
  streamOf<number>()(numbers.reduceByWindow('mean', length, slide))
  streamOf<string>()(lines.reduceByWindow('max', length, slide))
  streamOf<string>()(numbers.reduceByWindow(average, length, slide))
  streamOf<number>()(
    numbers.reduceByWindow(
      (a, b) => a + b,
      (a, b) => a - b,
      length,
      slide,
    ),
  )
  streamOf<number>()(lines.reduceByWindow('count', (all, gone) => all - gone, length, slide))
  streamOf<string>()(numbers.reduceByWindow(average, ([a, b], [c, d]) => [a - c, b - d], length, slide))
  streamOf<number>()(lines.countByWindow(length, slide))
  streamOf<[string, number]>()(lines.countByValueAndWindow(length, slide, 2))
  streamOf<[string, number]>()(lines.countByValue(byLength))

  // @ts-expect-error as in Spark, a slide is needed
  numbers.reduceByWindow((a, b) => a + b, length)
  // @ts-expect-error as in Spark, a slide is needed
  lines.countByWindow(length)
  // @ts-expect-error text has no sum
  lines.reduceByWindow('sum', length, slide)
  // @ts-expect-error a mean cannot be taken back
  numbers.reduceByWindow('mean', (all: number, gone: number) => all - gone, length, slide)
  // @ts-expect-error an inverse gives a value of the same type
  numbers.reduceByWindow('sum', (all, gone) => `${all - gone}`, length, slide)
  // @ts-expect-error the keys are text
  lines.countByValueAndWindow(length, slide, byNumber)
}

export function pairs(ones: DStream<[string, number]>, lines: DStream<string>): void {
  streamOf<[string, number]>()(ones.reduceByKey((a, b) => a + b, 2))
  streamOf<[string, number]>()(ones.reduceByKey('sum', byLength))
  streamOf<[string, string]>()(ones.reduceByKey(average, 2))
  streamOf<[string, number[]]>()(ones.groupByKey(byLength))
  streamOf<[string, number[]]>()(ones.groupByKeyAndWindow(length))
  streamOf<[string, number[]]>()(ones.groupByKeyAndWindow(length, slide, 2))
  streamOf<[string, number]>()(ones.reduceByKeyAndWindow((a, b) => a + b, length, slide, 2))
  streamOf<[string, number]>()(
    ones.reduceByKeyAndWindow(
      (a, b) => a + b,
      (a, b) => a - b,
      length,
    ),
  )
  streamOf<[string, number]>()(
    ones.reduceByKeyAndWindow(
      (a, b) => a + b,
      (a, b) => a - b,
      length,
      slide,
      2,
      ([key, count]) => key.length > 0 && count > 0,
    ),
  )
  streamOf<[string, number]>()(
    ones.reduceByKeyAndWindow('sum', (all, gone) => all - gone, length, slide, byLength, null),
  )
  streamOf<[string, string]>()(
    ones.reduceByKeyAndWindow(average, ([a, b], [c, d]) => [a - c, b - d], length, slide),
  )

  // @ts-expect-error the keys are text
  ones.reduceByKey('sum', byNumber)
  // @ts-expect-error only pairs have keys
  lines.groupByKeyAndWindow(length)
  // @ts-expect-error a filter is given a pair
  ones.reduceByKeyAndWindow(
    'sum',
    (all, gone) => all - gone,
    length,
    slide,
    2,
    (count: number) => count > 0,
  )
}

export function joins(
  ones: DStream<[string, number]>,
  names: DStream<[string, string]>,
  lines: DStream<string>,
): void {
  streamOf<[string, [number, string]]>()(ones.join(names, 2))
  streamOf<[string, [number, string | null]]>()(ones.leftOuterJoin(names))
  streamOf<[string, [number | null, string]]>()(ones.rightOuterJoin(names, byLength))
  streamOf<[string, [number | null, string | null]]>()(ones.fullOuterJoin(names))
  streamOf<[string, [number[], string[]]]>()(ones.cogroup(names, 2))

  // @ts-expect-error both streams must be of pairs
  ones.leftOuterJoin(lines)
  // @ts-expect-error an absent side is null
  ones.leftOuterJoin(names).map(([, [, name]]) => name.length)
}

export function kept(context: StreamingContext, lines: DStream<string>): void {
  context.remember(Seconds(60))
  const batches: RDD<string>[] = lines.slice(1000, 2000)
  const same: RDD<string>[] = lines.slice({ beginTime: 1000, endTime: 2000 })
  streamOf<string>()(lines.cache().persist().persist('MEMORY_AND_DISK').checkpoint(slide))
  streamOf<string>()(lines.sliceSinceStart(slide, length))
  // @ts-expect-error there is no such level
  lines.persist('MEMORY')
  // @ts-expect-error a slice has two ends
  lines.slice(1000)
  // @ts-expect-error an interval is needed
  lines.checkpoint()
  void [batches, same]
}

tap.pass('the compiler has checked this file')
