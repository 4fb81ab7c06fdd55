/** `ssc.transform`: one batch of the batches of several streams. */
import tap from 'tap'
import { type DStream, Seconds, StreamingContext, UsageError } from '../src/index.ts'
import { collectingPort, collectStream } from './support/collect.ts'

tap.test('C15 transform makes one batch of the batches of several streams', async (t) => {
  const batches = await collectStream([['b', 'a'], [], ['c']], (first: DStream<string>, ssc) => {
    const second = ssc.queueStream([[['a', 1]], [['b', 2]]] as [string, number][][])
    const third = ssc.queueStream([['x'], ['y']])
    return ssc.transform([first, second, third, first], ([words, pairs, marks, again], time) =>
      words
        .union(pairs.keys())
        .union(marks)
        .union(again.map((word) => word.toUpperCase()))
        .sortBy((word) => word)
        .map((word) => `${time} ${word}`),
    )
  })
  t.strictSame(
    batches.map(({ elements }) => elements),
    [
      ['1000 A', '1000 B', '1000 a', '1000 a', '1000 b', '1000 x'],
      ['2000 b', '2000 y'],
      ['3000 C', '3000 c'],
    ],
  )
})

tap.test('C15 transform sees the variables of the program anew, at each batch', async (t) => {
  let stopped = ['to']
  const batches = await collectStream([['to', 'be'], ['to', 'be'], []], (words: DStream<string>, ssc) =>
    ssc.transform([words], ([rdd], time) => {
      const left = rdd.subtract(ssc.sparkContext.parallelize(stopped))
      if (time === 1000) stopped = ['be']
      return left
    }),
  )
  t.strictSame(
    batches.map(({ elements }) => elements),
    [['be'], ['to'], []],
  )
})

tap.test('C15 transform refuses what it cannot put together', async (t) => {
  const make = () =>
    new StreamingContext({ batchDuration: Seconds(1), batches: 1, batchLines: 1, port: collectingPort() })
  const [ssc, other] = [make(), make()]
  const lines = ssc.queueStream([['a']])
  const same = <T>([rdd]: readonly T[]): T => rdd as T
  t.throws(() => ssc.transform([], same), new UsageError('transform expects at least one stream'))
  t.throws(() => ssc.transform([lines, other.queueStream([['a']])], same), {
    name: 'UsageError',
    message: 'transform: stream 2 belongs to another context',
  })
  t.throws(() => ssc.transform([lines], 'upper' as never), {
    name: 'UsageError',
    message: /expects a function/,
  })

  ssc.transform([lines, lines.window(Seconds(2), Seconds(2))], same).print()
  t.throws(() => ssc.start(), {
    name: 'UsageError',
    message: /transform: its streams must have equal slides/,
  })

  const context = make()
  const stream = context.queueStream([['a']])
  context.transform([stream, stream], ([rdd]) => rdd.collect() as never).print()
  context.start()
  await t.rejects(context.awaitTermination(), {
    name: 'StageError',
    stage: 'transform ([rdd])=>rdd.collect()',
    message: /^the function must give an RDD, and gave an array.*\(batch at 1000 ms, of 1 and 1/s,
  })
})
