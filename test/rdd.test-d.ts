/** What the compiler must and must not accept of RDDs and of the operators that take them; `tsc` is the test. */
import tap from 'tap'
import type { DStream, RDD, SparkContext, Time } from '../src/index.ts'

type Equal<A, B> = (<X>() => X extends A ? 1 : 2) extends <X>() => X extends B ? 1 : 2 ? true : false

/** Accepts a stream whose elements are exactly of type `E`. */
function streamOf<E>() {
  return <A>(_stream: DStream<A>, ..._same: Equal<A, E> extends true ? [] : [expected: E]): void => {}
}

/** Accepts an RDD whose elements are exactly of type `E`. */
function rddOf<E>() {
  return <A>(_rdd: RDD<A>, ..._same: Equal<A, E> extends true ? [] : [expected: E]): void => {}
}

/** Accepts a value of exactly type `E`. */
function exactly<E>() {
  return <A>(_value: A, ..._same: Equal<A, E> extends true ? [] : [expected: E]): void => {}
}

export function rdds(sc: SparkContext, lines: RDD<string>, numbers: RDD<number>): void {
  rddOf<number>()(sc.parallelize([1, 2]))
  rddOf<[string, number]>()(sc.parallelize([['a', 1]]))
  rddOf<string>()(sc.textFile('x').union(sc.emptyRDD<string>()))
  rddOf<string[]>()(lines.map((line) => line.split(' ')))
  rddOf<string>()(lines.flatMap((line) => line.split(' ')))
  rddOf<[string, number]>()(lines.map((line) => [line, 1]))
  rddOf<number>()(lines.mapPartitions((items) => [[...items].length]))
  rddOf<[string, number]>()(
    lines.mapPartitionsWithIndex((index, items) => [...items].map((item) => [item, index])),
  )
  rddOf<[string, number]>()(lines.zip(numbers))
  rddOf<[string, number]>()(lines.zipWithIndex())
  rddOf<[number, string[]]>()(lines.groupBy((line) => line.length))
  exactly<number>()(numbers.sum())
  exactly<number>()(
    numbers.aggregate(
      0,
      (sum, n) => sum + n,
      (a, b) => a + b,
    ),
  )
  exactly<Map<string, number>>()(lines.countByValue())
  exactly<readonly string[]>()(sc.collectionAccumulator<string>().value)
  exactly<string[]>()(sc.broadcast(['a']).value)

  // @ts-expect-error text has no sum
  lines.sum()
  // @ts-expect-error nor statistics
  lines.stats()
  // @ts-expect-error a number is no list
  numbers.flatMap((n) => n + 1)
  // @ts-expect-error nor is undefined what a partition becomes
  numbers.mapPartitions(() => undefined)
  // @ts-expect-error partitions are counted
  numbers.repartition('2')
  // @ts-expect-error of another type
  numbers.subtract(lines)
  // @ts-expect-error a long takes numbers
  sc.longAccumulator().add('1')
  // @ts-expect-error what is broadcast is only read
  sc.broadcast(1).value = 2
}

export function pairs(sc: SparkContext, lines: RDD<string>, numbers: RDD<number>): void {
  const ones = lines.map((line) => [line, 1] as const)
  const names = sc.parallelize([['a', 'x']])
  rddOf<[string, number]>()(ones.reduceByKey((a, b) => a + b))
  rddOf<[string, number[]]>()(ones.groupByKey(2))
  rddOf<[string, [number, number]]>()(
    ones.combineByKey(
      (n) => [n, 1],
      ([sum, count], n) => [sum + n, count + 1],
      ([a, b], [c, d]) => [a + c, b + d],
    ),
  )
  rddOf<[string, string]>()(
    ones.aggregateByKey(
      '',
      (all, n) => all + n,
      (a, b) => a + b,
    ),
  )
  rddOf<[string, string]>()(names.sortByKey().partitionBy(2, (key) => key.length))
  rddOf<[string, [1, string]]>()(ones.join(names))
  rddOf<[string, [1, string | null]]>()(ones.leftOuterJoin(names))
  rddOf<[string, [1 | null, string]]>()(ones.rightOuterJoin(names))
  rddOf<[string, [1 | null, string | null]]>()(ones.fullOuterJoin(names))
  rddOf<[string, [1[], string[]]]>()(ones.cogroup(names))
  rddOf<[string, number]>()(names.mapValues((value) => value.length))
  exactly<Map<string, string>>()(names.collectAsMap())
  exactly<string[]>()(names.lookup('a'))

  // @ts-expect-error only pairs have keys
  lines.reduceByKey((a, b) => a + b)
  // @ts-expect-error nor have numbers
  numbers.groupByKey()
  // @ts-expect-error nor lists
  lines.map((line) => line.split(' ')).mapValues((value) => value)
  // @ts-expect-error both sides must be of pairs
  names.join(lines)
  // @ts-expect-error values are reduced to their own type
  ones.reduceByKey((a, b) => String(a + b))
  // @ts-expect-error a key of another type
  names.lookup(1)
  // @ts-expect-error a partition is a number
  names.partitionBy(2, (key) => key)
}

export function streams(lines: DStream<string>, numbers: DStream<number>): void {
  streamOf<number>()(lines.transform((rdd) => rdd.map((line) => line.length)))
  streamOf<[string, Time]>()(lines.transform((rdd, time) => rdd.map((line) => [line, time])))
  streamOf<[string, number]>()(lines.transformWith(numbers, (a, b) => a.zip(b)))
  streamOf<number>()(lines.mapPartitions((items) => [[...items].length], true))
  streamOf<[number, string]>()(
    lines.mapPartitionsWithIndex((index, items) => [...items].map((item) => [index, item])),
  )
  const ones = lines.map((line) => [line, 1])
  streamOf<[string, number]>()(ones.partitionBy(2))
  streamOf<[string, [number, number]]>()(
    ones.combineByKey(
      (n) => [n, 1],
      ([sum, count], n) => [sum + n, count + 1],
      ([a, b], [c, d]) => [a + c, b + d],
      2,
      false,
    ),
  )

  // @ts-expect-error an RDD is expected
  lines.transform((rdd) => rdd.collect())
  // @ts-expect-error at once
  lines.transform(async (rdd) => rdd)
  // @ts-expect-error and something
  lines.transform(() => {})
  // @ts-expect-error no built-in function takes an RDD
  lines.transform('lower')
  // @ts-expect-error two streams are needed
  lines.transformWith((a) => a)
  // @ts-expect-error numbers are not joined by key
  lines.transformWith(numbers, (a, b) => a.join(b))
  // @ts-expect-error a partition gives a list
  lines.mapPartitions((items) => [...items].length)
  // @ts-expect-error only pairs have keys
  lines.partitionBy(2)
  // @ts-expect-error nor can text be combined by key
  lines.combineByKey(
    (v) => v,
    (a) => a,
    (a) => a,
  )
  ones.combineByKey(
    (n) => n,
    // @ts-expect-error a combiner has one type
    (c, n) => `${c}${n}`,
    (a) => a,
  )
}

tap.pass('the compiler has checked this file')
