/** What the compiler must and must not accept; `tsc -p tsconfig.json` is the test. The function below is never called. */
import tap from 'tap'
import {
  type Aggregator,
  type DStream,
  ManualClock,
  type RDD,
  Seconds,
  StreamingContext,
  type StreamingListener,
  type Time,
} from '../src/index.ts'

type Equal<A, B> = (<X>() => X extends A ? 1 : 2) extends <X>() => X extends B ? 1 : 2 ? true : false

/** Accepts a stream whose elements are exactly of type `E`. */
function streamOf<E>() {
  return <A>(_stream: DStream<A>, ..._same: Equal<A, E> extends true ? [] : [expected: E]): void => {}
}

interface Click {
  readonly page: string
  readonly ms: number
}

const average: Aggregator<number, [sum: number, count: number], string> = {
  create: (value) => [value, 1],
  mergeValue: ([sum, count], value) => [sum + value, count + 1],
  mergeCombiners: ([a, b], [c, d]) => [a + c, b + d],
  finish: ([sum, count]) => String(sum / count),
}

export function mapsAndFilters(
  lines: DStream<string>,
  numbers: DStream<number>,
  clicks: DStream<Click>,
): void {
  streamOf<string>()(lines.map((line) => line.trim()))
  streamOf<number>()(lines.map((line) => line.length))
  streamOf<number>()(lines.map(() => 1))
  streamOf<string | null>()(lines.map((line) => (line === '' ? null : line)))
  streamOf<unknown>()(lines.map((line): unknown => JSON.parse(line)))
  streamOf<[string, number]>()(lines.map((line) => [line, 1]))
  streamOf<readonly [string, 1]>()(lines.map((line) => [line, 1] as const))
  streamOf<string[]>()(lines.map((line) => line.split(' ')))

  streamOf<number>()(lines.map('length'))
  streamOf<string>()(lines.map('lower'))
  streamOf<string[]>()(lines.map('split:,'))
  streamOf<[string, number]>()(lines.map('pair'))
  streamOf<[unknown, unknown]>()(lines.map('pair:host,ms'))
  streamOf<unknown>()(lines.map('json'))
  streamOf<number>()(numbers.map('round:2'))
  streamOf<unknown>()(clicks.map('field:page'))
  streamOf<string>()(clicks.map('toJson'))

  streamOf<string>()(lines.flatMap('split'))
  streamOf<string>()(lines.flatMap((line) => line.split(' ')))
  streamOf<string>()(lines.flatMap((line) => (line === '' ? null : [line])))
  streamOf<[string, number]>()(lines.flatMap((line) => [[line, 1]]))
  streamOf<string>()(lines.map('words').flatMap('identity'))
  streamOf<Record<string, string | null>>()(lines.map('csv:a,b'))

  streamOf<string>()(lines.filter('contains:the'))
  streamOf<string>()(lines.filter('not:contains:the'))
  streamOf<string>()(lines.filter('notEmpty'))
  streamOf<number>()(numbers.filter('at-least:3'))
  streamOf<Click>()(clicks.filter((click) => click.ms > 3))
  streamOf<string>()(lines.map((line) => (line === '' ? null : line)).filter((line) => line !== null))

  // @ts-expect-error there is no such function
  lines.map('uper')
  // @ts-expect-error nor this one with a parameter
  lines.map('uper:1')
  // @ts-expect-error a reducer makes no element of one
  lines.map('sum')
  // @ts-expect-error a number has no lower case
  numbers.map('lower')
  // @ts-expect-error lower takes no parameter
  lines.map('lower:x')
  // @ts-expect-error replace needs its parameter
  lines.map('replace')
  // @ts-expect-error lower is no test
  lines.filter('lower')
  // @ts-expect-error contains needs a text
  lines.filter('contains')
  // @ts-expect-error length gives no list
  lines.flatMap('length')
  // @ts-expect-error text is no list
  lines.flatMap('identity')
  // @ts-expect-error a number is no list
  lines.flatMap((line) => line.length)
  // @ts-expect-error a function or a name is needed
  lines.map()
}

export function reductions(lines: DStream<string>, numbers: DStream<number>, clicks: DStream<Click>): void {
  streamOf<number>()(numbers.reduce((a, b) => a + b))
  streamOf<number>()(numbers.reduce('mean'))
  streamOf<string>()(lines.reduce('max'))
  streamOf<string[]>()(lines.reduce('list'))
  streamOf<number>()(clicks.reduce('count'))
  streamOf<string>()(numbers.reduce(average))
  streamOf<number>()(lines.count())
  streamOf<[string, number]>()(lines.countByValue())
  streamOf<string[]>()(lines.glom())
  streamOf<string>()(lines.distinct().repartition(2).sample(0.5, { seed: 1 }).take(1).tap('x').window(2000))
  streamOf<string | number>()(lines.union(numbers))
  streamOf<Click>()(clicks.sortBy((click) => click.ms, { descending: true }).top(3, (click) => click.ms))
  streamOf<string>()(lines.sortBy('length').sortBy({ descending: true }).sortBy().top(3, 'length').top(1))

  // @ts-expect-error text has no sum
  lines.reduce('sum')
  // @ts-expect-error split is no reducer
  lines.reduce('split')
  // @ts-expect-error a reducer gives a value of its own type
  numbers.reduce((a, b) => String(a + b))
  // @ts-expect-error there is nothing to rank by of this name
  lines.top(3, 'lenght')
}

export function pairs(lines: DStream<string>, clicks: DStream<Click>): void {
  const ones = lines.map((word) => [word, 1] as const)
  streamOf<[string, number]>()(ones.reduceByKey((a, b) => a + b))
  streamOf<[string, number]>()(ones.reduceByKey())
  streamOf<[string, number]>()(ones.reduceByKey('sum'))
  streamOf<[string, number]>()(ones.reduceByKey('count'))
  streamOf<[string, number[]]>()(ones.reduceByKey('list'))
  streamOf<[string, string]>()(ones.reduceByKey(average))
  streamOf<[string, number[]]>()(ones.groupByKey())
  streamOf<[string, number]>()(ones.reduceByKeyAndWindow((a, b) => a + b, Seconds(30), Seconds(10)))
  streamOf<[string, number]>()(ones.reduceByKeyAndWindow('mean', Seconds(30)))
  streamOf<[string, string]>()(ones.reduceByKeyAndWindow(average, Seconds(30)))
  streamOf<[string, number]>()(ones.mapWithState())
  streamOf<[string, number]>()(ones.mapWithState({ timeout: Seconds(30) }))
  streamOf<[string, number]>()(ones.mapWithState((a, b) => Math.max(a, b)))
  streamOf<[string, number[]]>()(ones.mapWithState('list', { timeout: Seconds(30) }))
  streamOf<[string, string]>()(ones.mapWithState(average, {}))
  // @ts-expect-error text is no pair
  lines.mapWithState()
  // @ts-expect-error an aggregator alone would be taken for options
  ones.mapWithState(average)

  const names = lines.map((line) => [line, line.trim()])
  streamOf<[string, number]>()(names.reduceByKey('count'))
  streamOf<[string, string]>()(names.reduceByKey('max'))
  streamOf<[string, string]>()(names.reduceByKey('concat:, '))
  streamOf<[string, number]>()(names.mapValues('length'))
  streamOf<[string, [string, number]]>()(names.mapValues((value) => [value, 1]))
  streamOf<[string, string]>()(names.flatMapValues('split'))
  streamOf<[string, string]>()(names.flatMapValues((value) => value.split(',')))
  streamOf<[string, [string, 1]]>()(names.join(ones))
  streamOf<string>()(names.map('key'))
  streamOf<string | number>()(lines.map('value'))
  streamOf<[number, string]>()(clicks.map((click) => [click.page, click.ms]).map('swap'))

  const sums = clicks.map((click) => [click.page, click.ms]).mapValues((ms) => [ms, 1])
  streamOf<[string, [number, number]]>()(sums.reduceByKey(([a, b], [c, d]) => [a + c, b + d]))

  // @ts-expect-error only pairs have keys
  lines.reduceByKey((a, b) => a + b)
  // @ts-expect-error nor is a record a pair
  clicks.groupByKey()
  // @ts-expect-error nor a list
  lines.map((line) => line.split(' ')).mapValues('length')
  // @ts-expect-error text has no sum, which stands where no function is given
  names.reduceByKey()
  // @ts-expect-error nor by name
  names.reduceByKey('sum')
  // @ts-expect-error a mapper is no reducer
  ones.reduceByKey('length')
  // @ts-expect-error there is no such function
  ones.reduceByKey('summ')
  // @ts-expect-error the aggregator takes numbers
  names.reduceByKey(average)
  // @ts-expect-error both streams must be of pairs
  names.join(lines)
  // @ts-expect-error a window has a length
  ones.reduceByKeyAndWindow('sum')
}

export function outputs(lines: DStream<string>, clicks: DStream<Click>): void {
  lines.print()
  lines.print(20, { format: 'table', title: 'lines' })
  lines.print({ format: 'spark' })
  lines.emit({ format: 'json' })
  lines.foreachRDD((rdd, time) => {
    const sameRDD: Equal<typeof rdd, RDD<string>> = true
    const sameTime: Equal<typeof time, Time> = true
    const lengths: RDD<number> = rdd.map((line) => line.length).filter((length) => length > 1)
    const total: number = lengths.reduce((a, b) => a + b)
    return [sameRDD, sameTime, total]
  })
  clicks.foreachRDD(async (rdd) => rdd.first().page)

  // @ts-expect-error a program prints a table or Spark's block
  lines.print(10, { format: 'xml' })
  // @ts-expect-error an output gives no stream
  lines.print().count()
  // @ts-expect-error no such format
  lines.emit({ format: 'yaml' })
}

export function contexts(clicks: DStream<Click>): void {
  const listener: StreamingListener = { onBatchCompleted: ({ batchInfo }) => batchInfo.numRecords.toFixed() }
  const ssc = new StreamingContext({
    batchDuration: Seconds(1),
    master: 'local[2]',
    clock: new ManualClock(),
  })
  ssc.addStreamingListener(listener)
  streamOf<string>()(ssc.socketTextStream('localhost', 9999))
  streamOf<string>()(ssc.source('stdin'))
  streamOf<number>()(ssc.queueStream([[1, 2], [3]], false, [4]))
  streamOf<number>()(ssc.union([ssc.queueStream([[1]]), ssc.queueStream([[2]])]))
  streamOf<string>()(new StreamingContext('local[2]', 'name', Seconds(1)).textFileStream('in'))

  // A stream of more is a stream of less.
  const less: DStream<{ readonly page: string }> = clicks
  // @ts-expect-error but not the other way round
  const more: DStream<Click> = less
  // @ts-expect-error a batch has a duration
  new StreamingContext({ master: 'local[2]' })
  // @ts-expect-error also where Spark's constructor is written
  new StreamingContext('local[2]', 'name')
  void more
}

tap.pass('the compiler has checked this file')
