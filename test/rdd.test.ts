/** RDDs, shared variables, and the operators that take RDDs and partitions: D2, D3, D8, D17, D18, P1. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import tap from 'tap'
import { hashOf } from '../src/engine/shuffle/partitioner.ts'
import {
  type DStream,
  ManualClock,
  RDD,
  Seconds,
  SparkContext,
  StageError,
  StreamingContext,
  UsageError,
} from '../src/index.ts'
import { collectChain, collectStream } from './support/collect.ts'
import { recordingPort } from './support/program.ts'
import { dstream } from './support/run.ts'

const sc = new SparkContext('local[2]', 'rdd')

/** The elements of each batch that comes out. */
async function outcome<T, U>(
  batches: readonly (readonly T[] | RDD<T>)[],
  make: (stream: DStream<T>, context: StreamingContext) => DStream<U>,
): Promise<unknown[][]> {
  const found = await collectStream(batches as readonly (readonly T[])[], make)
  return found.map(({ elements }) => elements)
}

/** The error that ends a stream over one batch. */
async function failureOf<T>(
  batch: readonly T[],
  make: (stream: DStream<T>) => DStream<unknown>,
): Promise<StageError> {
  try {
    await collectStream([batch], make)
  } catch (error) {
    return error as StageError
  }
  throw new Error('it did not fail')
}

const lists = <T>(rdd: RDD<T>): T[][] => rdd.glom().collect()

tap.test('RDD: what SparkContext makes', async (t) => {
  t.strictSame(lists(sc.parallelize([1, 2, 3, 4, 5], 2)), [
    [1, 2],
    [3, 4, 5],
  ])
  t.equal(sc.parallelize([1]).getNumPartitions(), 2, 'as many as there are threads')
  t.strictSame(sc.parallelize(new Set(['a', 'b'])).collect(), ['a', 'b'])
  t.throws(() => sc.parallelize([1], 0), { name: 'UsageError', message: /from 1, got 0/ })
  t.strictSame(sc.range(3).collect(), [0, 1, 2])
  t.strictSame(sc.range(5, 0, -2).collect(), [5, 3, 1])
  t.strictSame(sc.range(2, 2).collect(), [])
  t.equal(sc.range(0, 9, 1, 3).getNumPartitions(), 3)
  t.throws(() => sc.range(0, 1, 0), UsageError)
  t.equal(sc.emptyRDD<string>().getNumPartitions(), 0)
  t.ok(sc.emptyRDD().isEmpty())
  t.strictSame(lists(sc.union([sc.parallelize([1], 1), sc.parallelize([2], 1)])), [[1], [2]])
  t.equal(sc.parallelize([1]).sparkContext, sc)
  t.equal(sc.parallelize([1]).map(String).filter(Boolean).context, sc)
  t.throws(() => new RDD([]).sparkContext, UsageError)
  t.throws(() => new SparkContext('yarn', 'x'), { message: /local\[N\], got yarn/ })
  t.equal(sc.master, 'local[2]')
  const ssc = new StreamingContext('local[3]', 'name', Seconds(1))
  t.equal(ssc.sparkContext.defaultParallelism, 3)
  t.equal(ssc.sparkContext.appName, 'name')
  t.equal(SparkContext.getOrCreate(), ssc.sparkContext)
})

tap.test('RDD: element by element, and partition by partition', async (t) => {
  const rdd = sc.parallelize([1, 2, 3, 4], 2)
  t.strictSame(lists(rdd.flatMap((n) => (n === 2 ? null : Array<number>(n).fill(n)))), [
    [1],
    [3, 3, 3, 4, 4, 4, 4],
  ])
  t.throws(() => rdd.flatMap(() => 'ab'), { name: 'TypeError', message: /flatMap expects a list .*got "ab"/ })
  t.strictSame(rdd.keyBy((n) => n % 2).collect(), [
    [1, 1],
    [0, 2],
    [1, 3],
    [0, 4],
  ])
  const sums = rdd.mapPartitions(function* (items) {
    let sum = 0
    for (const item of items) sum += item
    yield sum
  })
  t.strictSame(lists(sums), [[3], [7]])
  t.strictSame(rdd.mapPartitionsWithIndex((index, items) => [[index, [...items].length]]).collect(), [
    [0, 2],
    [1, 2],
  ])
  t.strictSame(
    sc
      .parallelize([1], 2)
      .mapPartitions((items) => [[...items].length])
      .collect(),
    [0, 1],
    'an empty partition is called too',
  )
  t.throws(() => rdd.mapPartitions(() => undefined as unknown as number[]), /mapPartitions expects a list/)
  t.strictSame(lists(rdd.union(sc.parallelize(['a'], 1))), [[1, 2], [3, 4], ['a']])
  t.strictSame(
    sc
      .parallelize([1, 2], 2)
      .cartesian(sc.parallelize(['a', 'b'], 1))
      .collect(),
    [
      [1, 'a'],
      [1, 'b'],
      [2, 'a'],
      [2, 'b'],
    ],
  )
  t.strictSame(
    rdd
      .zip(rdd.map((n) => n * 10))
      .collect()
      .at(-1),
    [4, 40],
  )
  t.throws(() => rdd.zip(rdd.coalesce(1)), { message: /equal lengths, got \[2, 2\] and \[4\]/ })
  t.strictSame(rdd.zipWithIndex().collect().at(-1), [4, 3])
  t.strictSame(lists(rdd.coalesce(1)), [[1, 2, 3, 4]])
  t.equal(rdd.coalesce(5).getNumPartitions(), 2, 'coalesce makes no more of them')
  t.equal(rdd.coalesce(5, true).getNumPartitions(), 5)
  t.equal(rdd.cache().persist('MEMORY_ONLY').unpersist(), rdd)
  t.equal(rdd.setName('n').name, 'n')
})

tap.test('RDD: a sample is the same for the same seed, however it is divided', async (t) => {
  const all = sc.range(0, 2000, 1, 1)
  const half = all.sample(false, 0.5, 7)
  t.ok(half.count() > 850 && half.count() < 1150, `${half.count()}`)
  t.strictSame(all.repartition(5).sample(false, 0.5, 7).collect(), half.collect())
  t.notSame(all.sample(false, 0.5, 8).collect(), half.collect())
  const twice = all.sample(true, 2, 7)
  t.ok(twice.count() > 3700 && twice.count() < 4300, `${twice.count()}`)
  t.ok(twice.distinct().count() < 2000)
  t.throws(() => all.sample(false, 2), { name: 'UsageError', message: /from 0 to 1, got 2/ })
})

tap.test('RDD: what needs all elements', async (t) => {
  const rdd = sc.parallelize([3, 1, 3, 2], 2)
  t.strictSame(rdd.distinct().collect(), [3, 1, 2])
  t.equal(rdd.distinct(4).getNumPartitions(), 4)
  t.strictSame(
    sc
      .parallelize([
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ])
      .distinct()
      .count(),
    1,
  )
  t.strictSame(rdd.intersection(sc.parallelize([2, 3, 3, 9])).collect(), [3, 2])
  t.strictSame(rdd.subtract(sc.parallelize([1, 9])).collect(), [3, 3, 2])
  t.strictSame(rdd.groupBy((n) => n % 2 === 0).collect(), [
    [false, [3, 1, 3]],
    [true, [2]],
  ])
  t.strictSame(lists(rdd.sortBy((n) => n)), [
    [1, 2],
    [3, 3],
  ])
  t.strictSame(lists(rdd.sortBy((n) => n, false, 1)), [[3, 3, 2, 1]])
  t.strictSame(
    sc
      .parallelize(['b', 'B', 'a', 'é'], 1)
      .sortBy((w) => w)
      .collect(),
    ['B', 'a', 'b', 'é'],
  )
})

tap.test('RDD: actions', async (t) => {
  const rdd = sc.parallelize([3, 1, 2], 2)
  t.strictSame(rdd.takeOrdered(2), [1, 2])
  t.strictSame(rdd.top(2), [3, 2])
  t.strictSame(
    rdd.top(1, (a, b) => b - a),
    [1],
  )
  t.equal(rdd.max(), 3)
  t.equal(rdd.min(), 1)
  t.equal(
    sc.parallelize(['aaa', 'b']).max((a, b) => a.length - b.length),
    'aaa',
  )
  t.equal(rdd.sum(), 6)
  t.equal(rdd.mean(), 2)
  t.equal(rdd.stats().toString(), '(count: 3, mean: 2, stdev: 0.816496580927726, max: 3, min: 1)')
  t.equal(rdd.stats().sampleVariance, 1)
  t.equal(
    rdd.fold(0, (a, b) => a + b),
    6,
  )
  t.equal(
    rdd.fold(10, (a, b) => a + b),
    36,
    'once per partition and once more, as in Spark',
  )
  t.strictSame(
    rdd.aggregate(
      [0, 0],
      ([sum = 0, count = 0], n) => [sum + n, count + 1],
      ([a = 0, b = 0], [c = 0, d = 0]) => [a + c, b + d],
    ),
    [6, 3],
  )
  const zero: number[] = []
  const gathered = rdd.aggregate(
    zero,
    (all, n) => {
      all.push(n)
      return all
    },
    (a, b) => a.concat(b),
  )
  t.strictSame([gathered, zero], [[3, 1, 2], []], 'a zero value that is changed in place stays as it was')
  t.strictSame([...rdd.toLocalIterator()], [3, 1, 2])
  t.strictSame(
    sc.parallelize(['a', 'b', 'a']).countByValue(),
    new Map([
      ['a', 2],
      ['b', 1],
    ]),
  )
  const empty = sc.emptyRDD<number>()
  t.equal(empty.sum(), 0)
  t.equal(empty.mean(), 0)
  t.ok(Number.isNaN(empty.variance()))
  t.equal(
    empty.fold(5, (a, b) => a + b),
    5,
  )
  for (const action of [() => empty.max(), () => empty.min(), () => empty.first()])
    t.throws(action, RangeError)
  t.throws(() => sc.parallelize(['a'] as unknown as number[]).sum(), /sum expects numbers, got "a"/)
})

const pairs = sc.parallelize(
  [
    ['a', 1],
    ['b', 2],
    ['a', 3],
    ['c', 4],
  ],
  2,
)

tap.test('P1 RDD: reduceByKey, groupByKey, combineByKey and their kin', async (t) => {
  const sums = [
    ['a', 4],
    ['b', 2],
    ['c', 4],
  ]
  t.strictSame(pairs.reduceByKey((a, b) => a + b).collect(), sums)
  t.strictSame(pairs.foldByKey(0, (a, b) => a + b).collect(), sums)
  t.strictSame(pairs.groupByKey().collect(), [
    ['a', [1, 3]],
    ['b', [2]],
    ['c', [4]],
  ])
  const merged: number[][][] = []
  const means = pairs.combineByKey(
    (value) => [value, 1],
    ([sum = 0, count = 0], value) => [sum + value, count + 1],
    (left, right) => {
      merged.push([left, right])
      return [left[0] + right[0], left[1] + right[1]]
    },
  )
  t.strictSame(means.collect(), [
    ['a', [4, 2]],
    ['b', [2, 1]],
    ['c', [4, 1]],
  ])
  t.strictSame(
    merged,
    [
      [
        [1, 1],
        [3, 1],
      ],
    ],
    'combiners of two partitions are merged, the earlier on the left',
  )
  const zero: number[] = []
  const listed = pairs.aggregateByKey(
    zero,
    (all, value) => {
      all.push(value)
      return all
    },
    (a, b) => a.concat(b),
  )
  t.strictSame(listed.collect(), pairs.groupByKey().collect())
  t.strictSame(zero, [])
  t.equal(pairs.reduceByKey((a, b) => a + b, 3).getNumPartitions(), 3)
  t.strictSame(lists(pairs.reduceByKey((a, b) => a + b, 2)), [
    [['b', 2]],
    [
      ['a', 4],
      ['c', 4],
    ],
  ])
  const keys = sc.parallelize([
    [['x', 1], 1],
    [['x', 1], 2],
  ] as [[string, number], number][])
  t.strictSame(keys.reduceByKey((a, b) => a + b).collect(), [[['x', 1], 3]], 'keys are compared by value')
})

tap.test('RDD: pairs', async (t) => {
  t.strictSame(pairs.keys().collect(), ['a', 'b', 'a', 'c'])
  t.strictSame(pairs.values().collect(), [1, 2, 3, 4])
  t.strictSame(
    pairs
      .mapValues((v) => v * 10)
      .collect()
      .at(0),
    ['a', 10],
  )
  t.strictSame(pairs.flatMapValues((v) => (v > 3 ? [v, v] : [])).collect(), [
    ['c', 4],
    ['c', 4],
  ])
  t.strictSame(pairs.sortByKey(false).keys().collect(), ['c', 'b', 'a', 'a'])
  t.strictSame(
    pairs.countByKey(),
    new Map([
      ['a', 2],
      ['b', 1],
      ['c', 1],
    ]),
  )
  t.strictSame(
    pairs.collectAsMap(),
    new Map([
      ['a', 3],
      ['b', 2],
      ['c', 4],
    ]),
  )
  t.strictSame(pairs.lookup('a'), [1, 3])
  t.strictSame(sc.parallelize([[{ x: 1 }, 'v']] as [{ x: number }, string][]).lookup({ x: 1 }), ['v'])
  const others = sc.parallelize([
    ['a', 'x'],
    ['d', 'y'],
    ['a', 'z'],
  ])
  const both = [
    ['a', [1, 'x']],
    ['a', [1, 'z']],
    ['a', [3, 'x']],
    ['a', [3, 'z']],
  ]
  t.strictSame(pairs.join(others).collect(), both)
  t.strictSame(pairs.leftOuterJoin(others).collect(), [
    ...both.slice(0, 2),
    ['b', [2, null]],
    ...both.slice(2),
    ['c', [4, null]],
  ])
  t.strictSame(pairs.rightOuterJoin(others).collect(), [
    ['a', [1, 'x']],
    ['a', [3, 'x']],
    ['d', [null, 'y']],
    ['a', [1, 'z']],
    ['a', [3, 'z']],
  ])
  t.strictSame(pairs.fullOuterJoin(others).collect(), [
    ...pairs.leftOuterJoin(others).collect(),
    ['d', [null, 'y']],
  ])
  t.strictSame(pairs.cogroup(others).collect(), [
    [
      'a',
      [
        [1, 3],
        ['x', 'z'],
      ],
    ],
    ['b', [[2], []]],
    ['c', [[4], []]],
    ['d', [[], ['y']]],
  ])
  t.strictSame(pairs.groupWith(others, pairs).lookup('a'), [
    [
      [1, 3],
      ['x', 'z'],
      [1, 3],
    ],
  ])
  t.strictSame(pairs.subtractByKey(others).collect(), [
    ['b', 2],
    ['c', 4],
  ])
  t.equal(pairs.join(others, 3).getNumPartitions(), 3)
})

tap.test('D18 the partition of a key is that of HashPartitioner', async (t) => {
  // What java.util.Objects.hashCode gives.
  const known: [unknown, number][] = [
    ['', 0],
    ['hello', 99162322],
    ['polygenelubricants', -2147483648],
    [null, 0],
    [7, 7],
    [-7, -7],
    [1.5, 1073217536],
    [2 ** 40, 256],
    [true, 1231],
    [false, 1237],
  ]
  for (const [key, hash] of known) t.equal(hashOf(key), hash, String(key))
  t.equal(hashOf({ a: 1, b: 2 }), hashOf({ b: 2, a: 1 }))
  const keyed = sc.parallelize([
    [-1, 'x'],
    [4, 'y'],
  ])
  t.strictSame(lists(keyed.partitionBy(3)), [[], [[4, 'y']], [[-1, 'x']]])
  t.throws(() => keyed.partitionBy(2, () => Number.NaN), /a whole number from its function, got NaN/)
})

tap.test('RDD: saveAsTextFile and textFile', async (t) => {
  const folder = t.testdir({})
  const path = join(folder, 'in', 'out')
  sc.parallelize(
    [
      ['a', 1],
      ['b', [1, 2]],
    ] as [string, unknown][],
    3,
  ).saveAsTextFile(path)
  t.strictSame(readdirSync(path).sort(), ['_SUCCESS', 'part-00000', 'part-00001', 'part-00002'])
  t.equal(readFileSync(join(path, 'part-00001'), 'utf8'), '(a,1)\n')
  t.equal(readFileSync(join(path, '_SUCCESS'), 'utf8'), '')
  t.strictSame(readdirSync(join(folder, 'in')), ['out'], 'nothing temporary is left')
  t.throws(() => pairs.saveAsTextFile(path), { name: 'UsageError', message: /already exists/ })
  t.strictSame(sc.textFile(path).collect(), ['(a,1)', '(b,(1,2))'])
  t.equal(sc.textFile(path).getNumPartitions(), 3)

  const empty = join(folder, 'empty')
  sc.emptyRDD().saveAsTextFile(empty)
  t.strictSame(readdirSync(empty), ['_SUCCESS'])

  const broken = join(folder, 'broken')
  const cyclic: { self?: unknown } = {}
  cyclic.self = cyclic
  t.throws(() => sc.parallelize([cyclic]).saveAsObjectFile(broken))
  t.notOk(existsSync(broken), 'a directory appears as a whole or not at all')

  writeFileSync(join(folder, 'a.txt'), '\uFEFFone\r\ntwo\rthree')
  writeFileSync(join(folder, 'b.txt.gz'), gzipSync('four\n\nfive\n'))
  writeFileSync(join(folder, '_c.txt'), 'hidden\n')
  t.strictSame(sc.textFile(join(folder, 'a.txt')).collect(), ['one', 'two', 'three'])
  t.strictSame(sc.textFile(join(folder, '*.{txt,txt.gz}')).collect(), 'one two three four  five'.split(' '))
  t.strictSame(sc.textFile(`${join(folder, 'a.txt')},${join(folder, 'b.txt.gz')}`).count(), 6)
  t.strictSame(lists(sc.textFile(join(folder, 'a.txt'), 2)), [['one', 'two'], ['three']])
  t.strictSame(sc.wholeTextFiles(join(folder, 'b.txt.gz')).values().collect(), ['four\n\nfive\n'])
  t.throws(() => sc.textFile(join(folder, 'nothing')), {
    name: 'UsageError',
    message: /there is no input at/,
  })
  t.throws(() => sc.textFile(join(folder, '*.nothing')), UsageError)
  mkdirSync(join(folder, 'deep', 'er'), { recursive: true })
  t.throws(() => sc.textFile(join(folder, 'deep')), { message: /holds a directory, er/ })
})

tap.test('RDD: saveAsObjectFile and objectFile', async (t) => {
  const folder = t.testdir({})
  const path = join(folder, 'objects')
  const objects = [1, 'two\nlines', null, { a: [1, { b: 'é' }] }, ['k', 2]]
  sc.parallelize<unknown>(objects, 2).saveAsObjectFile(path)
  t.strictSame(sc.objectFile(path).collect(), objects)
  t.equal(sc.objectFile(path).getNumPartitions(), 2)
  writeFileSync(join(folder, 'no.json'), '1\n{\n')
  t.throws(() => sc.objectFile(join(folder, 'no.json')), { name: 'UsageError', message: /is no JSON/ })
})

tap.test('RDD: broadcast variables and accumulators', async (t) => {
  const first = sc.broadcast(['a'])
  const second = sc.broadcast('b')
  t.equal(second.id, first.id + 1)
  t.strictSame(first.value, ['a'])
  first.unpersist()
  t.strictSame(first.value, ['a'])
  first.destroy()
  t.throws(() => first.value, { name: 'UsageError', message: /was destroyed, and is read/ })

  const long = sc.longAccumulator('records')
  t.ok(long.isZero)
  t.ok(Number.isNaN(long.avg))
  sc.parallelize([1, 2, 6]).foreach((n) => long.add(n))
  t.strictSame([long.name, long.value, long.sum, long.count, long.avg], ['records', 9, 9, 3, 3])
  t.throws(() => long.add(1.5), {
    name: 'TypeError',
    message: /longAccumulator records expects whole numbers, got 1.5/,
  })
  long.reset()
  t.strictSame([long.value, long.isZero], [0, true])
  const double = sc.doubleAccumulator()
  double.add(1.5)
  t.equal(double.value, 1.5)
  t.throws(() => double.add('1' as unknown as number), /doubleAccumulator expects numbers, got "1"/)
  const list = sc.collectionAccumulator<string>('words')
  list.add('x')
  const seen = list.value
  list.add('y')
  t.strictSame([seen, list.value], [['x'], ['x', 'y']])
  list.reset()
  t.ok(list.isZero)
})

tap.test('accumulators count every element of a stream, on any number of threads', async (t) => {
  for (const master of ['local[1]', 'local[2]']) {
    const ssc = new StreamingContext({
      master,
      batchDuration: 1000,
      batchLines: 50_000,
      port: recordingPort(),
    })
    const folder = t.testdir({})
    const path = join(folder, 'words.txt')
    writeFileSync(path, 'a\nb\n'.repeat(50_000))
    const seen = ssc.sparkContext.longAccumulator()
    ssc
      .source('text', [path])
      .map((line) => {
        seen.add(1)
        return [line, 1]
      })
      .reduceByKey((a, b) => a + b)
      .foreachRDD(() => {})
    ssc.start()
    await ssc.awaitTermination()
    t.equal(seen.value, 100_000, master)
  }
})

tap.test('D2 mapPartitions takes an iterator per partition, and gives any iterable', async (t) => {
  const sizes = (stream: DStream<string>): DStream<number> =>
    stream.repartition(2).mapPartitions((items) => [[...items].length])
  t.strictSame(await outcome([['a', 'b', 'c'], [], ['d']], sizes), [
    [2, 1],
    [0, 0],
    [1, 0],
  ])
  t.strictSame(
    await outcome([['a', 'b']], (stream) =>
      stream.mapPartitions(function* (items) {
        for (const item of items) {
          yield item
          yield item.toUpperCase()
        }
      }),
    ),
    [['a', 'A', 'b', 'B']],
  )
  let calls = 0
  t.strictSame(
    await outcome([[]], (stream) =>
      stream.mapPartitions(() => {
        calls += 1
        return [1]
      }),
    ),
    [[]],
  )
  t.equal(calls, 0, 'a batch without partitions needs no call')
})

tap.test('D2 mapPartitions says stage, batch time and partition where its function fails', async (t) => {
  const thrown = await failureOf(['a', 'b', 'c'], (stream) =>
    stream.repartition(2).mapPartitions((items) => {
      if ([...items].includes('c')) throw new RangeError('no c')
      return []
    }),
  )
  t.ok(thrown instanceof StageError)
  t.match(thrown.stage, /^map-partitions /)
  t.equal(thrown.message, 'no c (partition 1 of the batch at 1000 ms, of 1 element)')
  const wrong = await failureOf(['a'], (stream) => stream.mapPartitions(() => 3 as unknown as number[]))
  t.match(
    wrong.message,
    /^map-partitions expects a list or an iterator from its function, got 3 \(partition 0/,
  )
})

tap.test('D2 glom gives one list per partition, those of an RDD of the queue too', async (t) => {
  const queue = [sc.parallelize([1, 2, 3], 2), sc.parallelize<number>([], 2), sc.emptyRDD<number>()]
  t.strictSame(await outcome(queue, (stream) => stream.glom()), [[[1], [2, 3]], [[], []], []])
  t.strictSame(await outcome(queue.slice(0, 1), (stream) => stream.map((n) => n * 2).glom()), [[[2], [4, 6]]])
  t.strictSame(await outcome([[1, 2]], (stream) => stream.glom()), [[[1, 2]]])
  t.strictSame(
    await outcome([sc.parallelize([1, 2], 2)], (stream) => stream.union(stream.repartition(1)).glom()),
    [[[1], [2], [1, 2]]],
    'a union has the partitions of both',
  )
})

tap.test('D3 repartition gives exactly N partitions, of empty batches too', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.integer(), { maxLength: 9 }), { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 4 }),
      async (batches, count, before) => {
        const found = await collectStream(batches, (stream) =>
          stream.repartition(before).repartition(count).glom(),
        )
        for (const [index, { elements }] of found.entries()) {
          t.equal(elements.length, count)
          t.strictSame(elements.flat(), batches[index], 'no element is lost, and all keep their order')
          const sizes = (elements as number[][]).map(({ length }) => length)
          t.ok(Math.max(...sizes) - Math.min(...sizes) <= 1, `${sizes}`)
        }
      },
    ),
    { numRuns: 30 },
  )
  const partitions: number[] = []
  await collectStream([[1], []], (stream) => {
    const divided = stream.repartition(3)
    divided.foreachRDD((rdd) => partitions.push(rdd.getNumPartitions()))
    return divided
  })
  t.strictSame(partitions, [3, 3])
})

tap.test('D8 transform sees the variables of the program anew for each batch', async (t) => {
  const stopped = new Set<string>()
  const times: number[] = []
  const found = await outcome([['a', 'b'], ['a', 'b'], [], ['a']], (stream) =>
    stream.transform((rdd, time) => {
      times.push(time)
      const left = rdd.filter((word) => !stopped.has(word))
      stopped.add('a')
      if (time === 3000) stopped.clear()
      return left
    }),
  )
  t.strictSame(found, [['a', 'b'], ['b'], [], ['a']])
  t.strictSame(times, [1000, 2000, 3000, 4000], 'empty batches too, and never twice')
})

tap.test(
  'D8 transform joins each batch with a dataset that changes, and may read a broadcast variable',
  async (t) => {
    let blocked = sc.broadcast(['b'])
    const spam = sc.parallelize([['a', true]])
    const found = await outcome(
      [
        ['a', 'b', 'c'],
        ['a', 'b', 'c'],
      ],
      (stream, { sparkContext }) =>
        stream
          .map((word) => [word, 1])
          .transform((rdd, time) => {
            const clean = rdd
              .leftOuterJoin(spam)
              .filter(([, [, isSpam]]) => isSpam === null)
              .keys()
              .subtract(rdd.sparkContext.parallelize(blocked.value))
            blocked = sparkContext.broadcast([])
            return time === 1000 ? clean : clean.sortBy((word) => word, false)
          }),
    )
    t.strictSame(found, [['c'], ['c', 'b']])
  },
)

tap.test('D8 transform keeps the partitions of its RDD, before and behind other stages', async (t) => {
  const found = await outcome([['b a', 'c']], (stream) =>
    stream
      .flatMap('split')
      .repartition(3)
      .transform((rdd) => rdd.sortBy((word) => word))
      .map((word) => word.toUpperCase())
      .glom(),
  )
  t.strictSame(found, [[['A'], ['B'], ['C']]])
  const windowed = await outcome([['a'], ['b'], ['c']], (stream) =>
    stream.window(Seconds(2)).transform((rdd) => sc.parallelize([rdd.collect().join('')], 1)),
  )
  t.strictSame(windowed, [['a'], ['ab'], ['bc']])
})

tap.test('D8 transform says stage, batch time and what was expected', async (t) => {
  const failing = (f: (rdd: RDD<string>) => unknown): Promise<StageError> =>
    failureOf(['a', 'b'], (stream) => stream.transform(f as (rdd: RDD<string>) => RDD<string>))
  const thrown = await failing((rdd) => rdd.map((word) => (word as unknown as { x: { y: 1 } }).x.y))
  t.ok(thrown instanceof StageError)
  t.match(thrown.stage, /^transform /)
  t.match(thrown.message, /reading 'y'.* \(batch at 1000 ms, of 2 elements\)$/)
  const expected = /^the function must give an RDD, and gave /
  for (const [value, words] of [
    [undefined, /nothing: does it return/],
    [['a'], /an array: rdd\.sparkContext\.parallelize makes/],
    [Promise.resolve(1), /a promise/],
    [{ a: 1 }, /\{"a":1\}/],
    [null, /null/],
  ] as const) {
    const { message } = await failing(() => value)
    t.match(message, expected)
    t.match(message, words)
    t.match(message, /batch at 1000 ms, of 2 elements/)
  }
  const ssc = new StreamingContext({ batchDuration: 1000 })
  const stream = ssc.queueStream([['a']])
  t.throws(() => stream.transform('lower' as unknown as (rdd: RDD<string>) => RDD<string>), {
    name: 'UsageError',
    message: "transform expects a function of your own as its function, got 'lower'",
  })
})

tap.test('D8 transformWith takes the batches of two streams, and their time', async (t) => {
  const found = await outcome([['a', 'b'], ['c']], (stream, context) => {
    const other = context.queueStream([['b'], []])
    return stream.transformWith(other, (left, right, time) =>
      left.subtract(right).map((word) => [word, time, right.count()] as const),
    )
  })
  t.strictSame(found, [[['a', 1000, 1]], [['c', 2000, 0]]])
  const error = await (async () => {
    try {
      await collectStream([['a']], (stream, context) =>
        stream.transformWith(context.queueStream([[1, 2]]), () => 5 as unknown as RDD<number>),
      )
    } catch (thrown) {
      return thrown as StageError
    }
    return undefined
  })()
  t.match(error?.stage, /^transform-with /)
  t.equal(error?.message, 'the function must give an RDD, and gave 5 (batch at 1000 ms, of 1 and 2 elements)')
  const ssc = new StreamingContext({ batchDuration: 1000, port: recordingPort() })
  const stream = ssc.queueStream([['a']])
  t.throws(() => stream.transformWith('x' as unknown as DStream<string>, (a) => a), {
    message: 'transform-with expects a DStream as its stream',
  })
})

tap.test('D8 transform as a stage of the command line', async (t) => {
  const folder = t.testdir({
    'clean.ts':
      'let seen = 0\n' +
      'export function clean(rdd: { filter(f: (w: string) => boolean): unknown }) {\n' +
      '  seen += 1\n  return rdd.filter((word) => word.length > seen)\n}\n' +
      'export const wrong = () => 1\n',
  })
  const module = join(folder, 'clean.ts')
  const input = 'a bb ccc\na bb ccc\n'
  const args = ['--batch-lines', '1', 'flatmap', 'split', 'transform', `${module}#clean`, 'emit']
  t.match(await dstream(args, input), { stdout: 'bb\nccc\nccc\n', stderr: '', code: 0 })
  const wrong = await dstream(['--batch-lines', '1', 'transform', `${module}#wrong`, 'emit'], 'a\n')
  t.equal(wrong.code, 1)
  t.match(wrong.stderr, /the function must give an RDD, and gave 1 \(batch at \d+ ms, of 1 element\)/)
  t.match(wrong.stderr, /stage: {3}transform /)
  const builtIn = await dstream(['transform', 'lower', 'emit'], 'a\n')
  t.equal(builtIn.code, 2)
  t.match(builtIn.stderr, /transform: 'lower' cannot stand here: a function of your own is expected/)
  const explained = await dstream(
    ['--explain', 'transform', 'rdd => rdd', 'map-partitions', 'i => i', 'emit'],
    '',
  )
  t.match(explained.stdout, /rdd => rdd: called once per batch\n/)
  t.match(explained.stdout, /i => i: called once per partition\n/)
  const file = join(folder, 'other.txt')
  writeFileSync(file, 'x\ny\n')
  const two = ['transform-with', '[', 'text', file, ']', '(a, b) => a.cartesian(b)', 'emit']
  t.match(await dstream(['--batch-lines', '2', ...two], 'a\n'), {
    stdout: 'a\tx\na\ty\n',
    stderr: '',
    code: 0,
  })
})

tap.test('D17 outputs run one at a time, in the order in which they were defined', async (t) => {
  const clock = new ManualClock(0)
  const ssc = new StreamingContext({ batchDuration: 1000, clock, batches: 2, port: recordingPort() })
  const order: string[] = []
  let running = 0
  const output =
    (name: string, turns: number) =>
    async (rdd: RDD<number>, time: number): Promise<void> => {
      running += 1
      t.equal(running, 1, 'no other one runs')
      // The first ones take longest: without an order they would end last.
      for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve))
      order.push(`${name} ${time} ${rdd.collect().join()}`)
      running -= 1
    }
  const stream = ssc.queueStream([[1], [2]])
  const doubled = stream.map((n) => n * 2)
  doubled.foreachRDD(output('doubled', 9))
  stream.foreachRDD(output('as it is', 5))
  doubled.transform((rdd) => rdd.map((n) => n + 1)).foreachRDD(output('plus one', 1))
  const begun = new Promise<void>((resolve) =>
    ssc.addStreamingListener({ onStreamingStarted: () => resolve() }),
  )
  ssc.start()
  await begun
  clock.advance(2000)
  await ssc.awaitTermination()
  t.strictSame(order, [
    'doubled 1000 2',
    'as it is 1000 1',
    'plus one 1000 3',
    'doubled 2000 4',
    'as it is 2000 2',
    'plus one 2000 5',
  ])
})

tap.test('D17 a context without an output refuses to start, and nothing is executed', async (t) => {
  const ssc = new StreamingContext({ batchDuration: 1000, port: recordingPort() })
  let calls = 0
  const stream = ssc.queueStream([[1]])
  const counted = stream.map((n) => {
    calls += 1
    return n
  })
  t.throws(() => ssc.start(), {
    name: 'UsageError',
    message: 'no output operations registered, so nothing to execute',
    hint: 'Call print() or foreachRDD().',
  })
  t.equal(ssc.getState(), 'STOPPED', 'as in Spark')
  t.equal(calls, 0)
  t.ok(counted)
  await ssc.stop()
})

tap.test('D17 an operator that no output reads is not an error', async (t) => {
  const found = await outcome([[1]], (stream) => {
    stream.mapPartitions(() => [1])
    return stream
  })
  t.strictSame(found, [[1]])
})

tap.test('D18 partitionBy puts all pairs of a key into one of exactly N partitions', async (t) => {
  const batch: [string, number][] = [
    ['a', 1],
    ['b', 2],
    ['c', 3],
    ['a', 4],
  ]
  t.strictSame(await outcome([batch, []], (stream) => stream.partitionBy(2).glom()), [
    [
      [['b', 2]],
      [
        ['a', 1],
        ['c', 3],
        ['a', 4],
      ],
    ],
    [[], []],
  ])
  t.strictSame(
    await outcome([batch], (stream) => stream.partitionBy(3, (key) => (key === 'a' ? -1 : 3)).glom()),
    [
      [
        [
          ['b', 2],
          ['c', 3],
        ],
        [],
        [
          ['a', 1],
          ['a', 4],
        ],
      ],
    ],
  )
  const error = await failureOf(batch, (stream) => stream.partitionBy(2, () => 0.5))
  t.equal(
    error.message,
    'partitionBy expects a whole number from its function, got 0.5 (batch at 1000 ms, of 4 elements)',
  )
  const lines = await dstream(
    ['--batch-lines', '3', 'partition-by', '2', 'glom', 'emit', '--format', 'json'],
    'a\t1\nb\t2\nc\n',
  )
  t.match(lines, { stdout: '[["b",2]]\n[["a",1],["c",1]]\n', code: 0 })
  await t.rejects(collectChain('partition-by 0', [['a']]), { message: /at least 1 partition, got 0/ })
})

tap.test('D18 mapPartitionsWithIndex gives the place of each partition', async (t) => {
  const found = await outcome([['a', 'b', 'c'], []], (stream) =>
    stream.repartition(2).mapPartitionsWithIndex((index, items) => [[index, [...items].join('')]]),
  )
  t.strictSame(found, [
    [
      [0, 'ab'],
      [1, 'c'],
    ],
    [
      [0, ''],
      [1, ''],
    ],
  ])
})

tap.test(
  'P1 combineByKey combines within one batch, and divides by the hash of keys where asked',
  async (t) => {
    const batches: [string, number][][] = [
      [
        ['a', 1],
        ['b', 2],
        ['a', 3],
      ],
      [],
      [['a', 5]],
    ]
    const averages = (stream: DStream<[string, number]>): DStream<[string, number[]]> =>
      stream.combineByKey(
        (value) => [value, 1],
        ([sum = 0, count = 0], value) => [sum + value, count + 1],
        ([a = 0, b = 0], [c = 0, d = 0]) => [a + c, b + d],
      )
    t.strictSame(await outcome(batches, averages), [
      [
        ['a', [4, 2]],
        ['b', [2, 1]],
      ],
      [],
      [['a', [5, 1]]],
    ])
    t.strictSame(await outcome(batches, (stream) => averages(stream.window(Seconds(3), Seconds(3)))), [
      [
        ['a', [9, 3]],
        ['b', [2, 1]],
      ],
    ])
    const divided = await outcome(batches.slice(0, 1), (stream) =>
      stream
        .combineByKey(
          (value) => value,
          (a, b) => a + b,
          (a, b) => a + b,
          2,
        )
        .glom(),
    )
    t.strictSame(divided, [[[['b', 2]], [['a', 4]]]])
    const error = await failureOf(batches[0] as [string, number][], (stream) =>
      stream.combineByKey(
        (value) => value,
        () => {
          throw new Error('no more')
        },
        (a) => a,
      ),
    )
    t.match(error, { name: 'StageError', message: 'no more', element: '3' })
    t.match(error.stage, /^combine-by-key /)
  },
)

tap.test('P1 combineByKey gives what groupByKey gives, however a batch was received', async (t) => {
  const pair = fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.integer())
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(pair, { maxLength: 8 }), { minLength: 1, maxLength: 4 }),
      async (parts) => {
        const queue = [sc.union(parts.map((part) => sc.parallelize<[string, number]>(part, 1)))]
        const combined = await outcome(queue, (stream) =>
          stream.combineByKey(
            (value): number[] => [value],
            (all, value) => [...all, value],
            (a, b) => [...a, ...b],
          ),
        )
        t.strictSame(combined, await outcome(queue, (stream) => stream.groupByKey()))
        t.strictSame(combined, [queue[0]?.groupByKey().collect()])
      },
    ),
    { numRuns: 30 },
  )
})
