/** Batches, clock, bounds and batch streams under a clock that the test moves. */
import tap from 'tap'
import type { OutputPort } from '../src/engine/outputs/record.ts'
import { type BatchInfo, ManualClock, StreamingContext } from '../src/index.ts'
import { decodeBatches, encodeBatches } from './support/batches.ts'
import { collectingPort } from './support/collect.ts'
import { dstream } from './support/run.ts'

const tick = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5))

interface Harness {
  readonly context: StreamingContext
  readonly clock: ManualClock
  readonly queue: string[][]
  readonly seen: { time: number; elements: string[] }[]
  readonly infos: BatchInfo[]
}

function harness(start: number): Harness {
  const clock = new ManualClock(start)
  const context = new StreamingContext({ batchDuration: 1000, clock, port: collectingPort() })
  const queue: string[][] = []
  const seen: { time: number; elements: string[] }[] = []
  const infos: BatchInfo[] = []
  context.queueStream(queue).foreachRDD((rdd, time) => void seen.push({ time, elements: rdd.collect() }))
  context.addStreamingListener({ onBatchCompleted: ({ batchInfo }) => void infos.push(batchInfo) })
  return { context, clock, queue, seen, infos }
}

tap.test(
  'batch times are multiples of the interval, the first one the next after the start (A5)',
  async (t) => {
    const { context, clock, queue, seen } = harness(12_345)
    queue.push(['a'], ['b'])
    context.start()
    await tick()
    clock.advance(654)
    await tick()
    t.strictSame(seen, [])
    clock.advance(1)
    await tick()
    t.strictSame(seen, [{ time: 13_000, elements: ['a'] }])
    clock.advance(1000)
    await tick()
    t.strictSame(seen[1], { time: 14_000, elements: ['b'] })
    await context.stop()
  },
)

tap.test('a process that slept makes up for every batch time it missed', async (t) => {
  const { context, clock, seen } = harness(0)
  context.start()
  await tick()
  clock.advance(5_500)
  await tick()
  t.strictSame(
    seen.map(({ time }) => time),
    [1000, 2000, 3000, 4000, 5000],
  )
  await context.stop()
})

tap.test('listeners hear of every batch, with its counts and delays (A9)', async (t) => {
  const { context, clock, queue, infos } = harness(0)
  queue.push(['a', 'b', 'c'])
  context.start()
  await tick()
  clock.advance(1000)
  await tick()
  clock.advance(1000)
  await tick()
  t.strictSame(
    infos.map(({ batchTime, numRecords }) => [batchTime, numRecords]),
    [
      [1000, 3],
      [2000, 0],
    ],
  )
  t.equal(infos[0]?.schedulingDelay, 0)
  t.equal(infos[0]?.totalDelay, 0)
  await context.stop()
})

tap.test('a listener that throws is reported and harms no batch (A9)', async (t) => {
  const port = collectingPort()
  const context = new StreamingContext({ batchDuration: 1000, batchLines: 1, batches: 2, port })
  let count = 0
  context.queueStream([[1], [2]]).foreachRDD(() => {
    count += 1
  })
  context.addStreamingListener({
    onBatchCompleted: () => {
      throw new Error('mine')
    },
  })
  context.start()
  await context.awaitTermination()
  t.equal(count, 2)
  t.match(port.reports[0], /a listener failed at onBatchCompleted: mine/)
})

tap.test('a function that throws stops the context with stage and element (C18)', async (t) => {
  const context = new StreamingContext({ batchDuration: 1000, batchLines: 1, port: collectingPort() })
  context
    .queueStream([[1, 2, 3]])
    .map((n) => {
      if (n === 2) throw new Error('two is too many')
      return n
    })
    .foreachRDD(() => {})
  context.start()
  await t.rejects(context.awaitTermination(), {
    name: 'StageError',
    message: 'two is too many',
    element: '2',
  })
  t.equal(context.getState(), 'STOPPED')
})

tap.test('an output that waits for its reader holds the next batch back, and nothing is lost', async (t) => {
  let release: () => void = () => {}
  const written: string[] = []
  const port: OutputPort = {
    ...collectingPort(),
    write: (chunk) => {
      written.push(chunk.toString())
      return new Promise((resolve) => {
        release = resolve
      })
    },
  }
  const clock = new ManualClock(0)
  const context = new StreamingContext({ batchDuration: 1000, clock, port })
  context.queueStream([['a'], ['b'], ['c']]).emit()
  context.start()
  await tick()
  clock.advance(3000)
  await tick()
  t.strictSame(written, ['a\n'])
  release()
  await tick()
  t.strictSame(written, ['a\n', 'b\n'])
  release()
  await tick()
  release()
  await tick()
  t.strictSame(written, ['a\n', 'b\n', 'c\n'])
  await context.stop()
})

tap.test('a stream of batches brings its own times and interval', async (t) => {
  const input = encodeBatches([['a'], ['a', 'b'], [], ['b']])
  const { stdout } = await dstream(['window', '2s', 'reduce-by-key', 'emit', '--format', 'batches'], input)
  t.strictSame(decodeBatches(stdout), [
    { time: 1000, elements: [['a', 1]] },
    {
      time: 2000,
      elements: [
        ['a', 2],
        ['b', 1],
      ],
    },
    {
      time: 3000,
      elements: [
        ['a', 1],
        ['b', 1],
      ],
    },
    { time: 4000, elements: [['b', 1]] },
  ])
  const slow = input
    .replace('batches 1 1000', 'batches 1 500')
    .replace(/(\d)000$/gm, (_, n: string) => String(Number(n) * 500))
  const adopted = await dstream(['window', '1s', '1s', 'count', 'emit', '--format', 'batches'], slow)
  t.strictSame(decodeBatches(adopted.stdout), [
    { time: 1000, elements: [3] },
    { time: 2000, elements: [1] },
  ])
  const refused = await dstream(['window', '1s', 'count'], slow.replace('batches 1 500', 'batches 1 400'))
  t.equal(refused.code, 2)
  t.match(refused.stderr, /1s is no multiple of the stream's slide, 400ms/)
})

tap.test('a stream of batches with something else in it is refused', async (t) => {
  const broken = await dstream(['count'], '#dstream batches 1 1000\n#begin 1000\nno json\n#end 1000\n')
  t.equal(broken.code, 1)
  t.match(broken.stderr, /stdin: a stream of batches has JSON, got no json/)
  const later = await dstream(['count'], '#dstream batches 2 1000\n')
  t.match(later.stderr, /has version 1/)
})

tap.test('batches by number take so many lines each', async (t) => {
  const { stdout } = await dstream(
    ['--batch-lines', '3', '--batches', '2', 'count', 'emit', '--format', 'batches'],
    'a\n'.repeat(10),
  )
  t.strictSame(
    decodeBatches(stdout).map(({ elements }) => elements),
    [[3], [3]],
  )
})

tap.test('partitions of text hold whole lines', async (t) => {
  const { stdout, code } = await dstream(
    ['filter', 'contains:x', 'count'],
    `${'x'.repeat(300_000)}\n${'y\n'.repeat(5)}x`,
  )
  t.strictSame([code, stdout], [0, '2\n'])
})

tap.test('time that passes while a context starts is not lost', async (t) => {
  const { context, clock, queue, seen } = harness(0)
  queue.push(['a'])
  context.start()
  clock.advance(1000)
  await tick()
  t.strictSame(seen, [{ time: 1000, elements: ['a'] }])
  await context.stop()
})

tap.test('a graceful stop finishes the batches that are cut, each with its own elements (C19)', async (t) => {
  const { context, clock, queue, seen } = harness(0)
  queue.push(['a'], ['b'], ['c'])
  context.start()
  await tick()
  clock.advance(3000)
  await context.stop(true, true)
  t.strictSame(
    seen.slice(0, 3).map(({ elements }) => elements),
    [['a'], ['b'], ['c']],
  )
})

tap.test('a graceful stop whose last batch fails comes back, and the error is there (C19)', async (t) => {
  const context = new StreamingContext({
    batchDuration: 1000,
    clock: new ManualClock(0),
    port: collectingPort(),
  })
  context.queueStream([[1]]).foreachRDD(() => {
    throw new Error('no')
  })
  context.start()
  await tick()
  await context.stop(true, true)
  await t.rejects(context.awaitTermination(), { message: 'no' })
})

tap.test('partitions reach foreachRDD, and many elements are no matter (D17)', async (t) => {
  const context = new StreamingContext({
    batchDuration: 1000,
    batchLines: 1,
    batches: 1,
    port: collectingPort(),
  })
  const many = Array.from({ length: 300_000 }, (_, index) => index)
  context
    .queueStream([many])
    .repartition(3)
    .foreachRDD((rdd) => {
      t.equal(rdd.getNumPartitions(), 3)
      t.equal(rdd.take(200_000).length, 200_000)
    })
  context.start()
  await context.awaitTermination()
})
