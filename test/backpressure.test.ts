/** How fast receivers may be: Spark's estimator, when its estimate counts, and what holds where a source is too fast. */
import fc from 'fast-check'
import tap from 'tap'
import { readConfiguration } from '../src/engine/scheduler/configuration.ts'
import { type BatchInfo, ListenerBus } from '../src/engine/scheduler/listener.ts'
import { limitRates } from '../src/engine/scheduler/rate-controller.ts'
import { PID_DEFAULTS, PIDRateEstimator } from '../src/engine/scheduler/rate-estimator.ts'
import { ManualClock, Receiver, Seconds, StreamingContext } from '../src/index.ts'
import { OVERLOADS, overload } from './support/overload.ts'
import { recordingPort, until } from './support/program.ts'
import { dstream } from './support/run.ts'

tap.setTimeout(90_000)

const pid = (proportional: number, integral: number, derived: number, minRate: number) =>
  new PIDRateEstimator(20, { proportional, integral, derived, minRate })

tap.test('A6 backpressure.pid: the estimator does what the tests of PIDRateEstimator expect', async (t) => {
  t.throws(() => new PIDRateEstimator(0), RangeError)
  t.throws(() => pid(-1, 2, 3, 10), RangeError)
  t.throws(() => pid(0, -1, 3, 10), RangeError)
  t.throws(() => pid(0, 0, -1, 10), RangeError)
  t.throws(() => pid(0, 0, 0, 0), RangeError)
  t.throws(() => pid(0, 0, 0, -10), RangeError)

  const first = pid(1, 0, 0, 10)
  t.equal(first.compute(0, 10, 10, 0), undefined, 'the first batch')
  t.equal(first.compute(10, 10, 10, 0), 1000)
  t.equal(first.compute(10, 10, 10, 0), undefined, 'no later than the one before')
  for (const [elements, delay] of [
    [0, 10],
    [-10, 10],
    [10, 0],
    [10, -10],
  ] as const) {
    t.equal(first.compute(20, elements, delay, 0), undefined, `${elements} elements in ${delay} ms`)
  }

  const steps = Array.from({ length: 50 }, (_, index) => index)
  const least = pid(1, 1, 0, 5)
  t.strictSame(
    steps.map((step) => least.compute(step * 20, 1, 20, 100)),
    [undefined, ...steps.slice(1).map(() => 5)],
    'never less than minRate',
  )
  for (const elements of [(step: number) => (step + 1) * 20, (step: number) => (50 - step) * 20]) {
    const follows = pid(1, 1, 0, 10)
    t.strictSame(
      steps.map((step) => follows.compute(step * 20, elements(step), 20, 0)),
      [undefined, ...steps.slice(1).map((step) => elements(step) * 50)],
      'follows the speed while nothing waits',
    )
  }
  const below = pid(1, 0.01, 0, 10)
  for (const step of steps) {
    const elements = 100 + ((step * 389) % 900)
    const estimate = below.compute(step * 20, elements, 20, 1 + (step % 18))
    if (step > 0) t.ok((estimate as number) < elements * 50, 'stays below the speed while something waits')
  }
})

tap.test('A6 backpressure.pid: the estimator is the formula of its documentation', async (t) => {
  const batch = fc.record({
    gap: fc.integer({ min: -5, max: 500 }),
    elements: fc.integer({ min: -1, max: 100_000 }),
    work: fc.integer({ min: -1, max: 5000 }),
    waited: fc.integer({ min: 0, max: 5000 }),
  })
  const weight = fc.double({ min: 0, max: 3, noNaN: true })
  const settings = fc.record({
    proportional: weight,
    integral: weight,
    derived: weight,
    minRate: fc.integer({ min: 1, max: 1000 }),
  })
  fc.assert(
    fc.property(settings, fc.integer({ min: 1, max: 5000 }), fc.array(batch), (gains, interval, batches) => {
      const estimator = new PIDRateEstimator(interval, gains)
      /** Time, rate and error of each batch that counted. */
      const history: { time: number; rate: number; error: number }[] = []
      let time = 0
      for (const { gap, elements, work, waited } of batches) {
        time += gap
        const estimate = estimator.compute(time, elements, work, waited)
        const last = history.at(-1)
        if (elements < 1 || work < 1 || time <= (last?.time ?? -1)) {
          if (estimate !== undefined) return false
          continue
        }
        const speed = (elements / work) * 1000
        if (last === undefined) {
          if (estimate !== undefined) return false
          history.push({ time, rate: speed, error: 0 })
          continue
        }
        const error = last.rate - speed
        const correction =
          gains.proportional * error +
          gains.integral * ((waited * speed) / interval) +
          (gains.derived * (error - last.error)) / ((time - last.time) / 1000)
        const rate = Math.max(gains.minRate, last.rate - correction)
        if (estimate === undefined || Math.abs(estimate - rate) > 1e-6 * Math.max(1, Math.abs(rate)))
          return false
        // What it said goes on, so that rounding does not add up.
        history.push({ time, rate: estimate, error })
      }
      return true
    }),
    { numRuns: 500 },
  )
  t.strictSame(PID_DEFAULTS, { proportional: 1, integral: 0.2, derived: 0, minRate: 100 })
})

/** Rates of one receiver, told of batches of 1 s by number: elements, milliseconds of work, and how late they began. */
function rates(settings: Record<string, string | number | boolean> = {}, maxRate?: number) {
  const bus = new ListenerBus(() => {})
  const configuration = readConfiguration(
    Object.entries(settings).map(([key, value]) => [`spark.streaming.${key}`, value] as const),
  )
  let mode: 'time' | 'lines' | 'marked' = 'time'
  const given = { configuration, ...(maxRate === undefined ? {} : { maxRate }) }
  const limits = limitRates(bus, given, 1000, () => mode)
  const limit = (): number => limits.limitOf(0)
  const batch = (number: number, numRecords: number, work: number, waited = 0): number => {
    const batchTime = number * 1000
    const processingStartTime = batchTime + waited
    const batchInfo: BatchInfo = {
      batchTime,
      numRecords,
      streamIdToInputInfo: new Map([[0, { inputStreamId: 0, numRecords, metadata: {} }]]),
      submissionTime: batchTime,
      processingStartTime,
      processingEndTime: processingStartTime + work,
      schedulingDelay: waited,
      processingDelay: work,
      totalDelay: waited + work,
      outputOperationInfos: new Map(),
    }
    bus.post('onBatchCompleted', { batchInfo })
    return limit()
  }
  limit()
  return {
    limit,
    batch,
    held: () => limits.held(0),
    become: (next: typeof mode) => {
      mode = next
    },
  }
}

const NONE = Number.POSITIVE_INFINITY

tap.test(
  'A6 backpressure.enabled: what keeps up is never limited, what is late is, until it is in time',
  async (t) => {
    const fast = rates()
    for (const number of [1, 2, 3, 4]) t.equal(fast.batch(number, 5_000_000, 999), NONE)

    const slow = rates()
    t.equal(slow.batch(1, 20_000, 4000), NONE, 'the first batch says nothing, as in Spark')
    t.equal(slow.batch(2, 20_000, 4000, 3000), 2000)
    slow.held()
    t.equal(slow.batch(10, 5000, 500), 10_000, 'in time, and more would come: the estimate goes on')
    t.equal(slow.batch(11, 100, 10), 10_000)
    t.equal(slow.batch(12, 0, 10), 10_000)
    slow.held()
    t.equal(slow.batch(13, 100, 10), 10_000, 'held again')
    slow.batch(14, 100, 10)
    slow.batch(15, 100, 10)
    t.equal(slow.batch(16, 100, 10), NONE, 'three batches in time with nothing held')

    const off = rates({ 'backpressure.enabled': false })
    off.batch(1, 20_000, 4000)
    t.equal(off.batch(2, 20_000, 4000, 3000), NONE)
  },
)

tap.test('A6 backpressure: receiver.maxRate bounds the estimate, minRate and the gains count', async (t) => {
  const late = (settings: Record<string, number>, maxRate?: number): number => {
    const { batch } = rates(settings, maxRate)
    batch(1, 20_000, 4000)
    return batch(2, 20_000, 4000, 1000)
  }
  t.equal(late({}), 4000)
  t.equal(late({}, 3000), 3000)
  t.equal(late({ 'receiver.maxRate': 2500 }), 2500)
  t.equal(late({ 'backpressure.pid.minRate': 4500 }), 4500)
  t.equal(late({ 'backpressure.pid.integral': 0 }), 5000)
  t.equal(late({ 'backpressure.pid.integral': 0.4 }), 3000)
  t.equal(late({ 'backpressure.pid.proportional': 0, 'backpressure.pid.integral': 0 }), 5000)
})

tap.test('A6 backpressure.initialRate counts until there is an estimate', async (t) => {
  const first = rates({ 'backpressure.initialRate': 50 })
  t.equal(first.limit(), 50)
  first.held()
  t.equal(first.batch(1, 50, 10), 50)
  first.held()
  t.equal(first.batch(2, 50, 10), 5000)
  t.equal(rates({ 'backpressure.initialRate': 50 }, 20).limit(), 20, 'no more than maxRate')
  t.equal(rates({ 'backpressure.initialRate': 50, 'backpressure.enabled': false }).limit(), NONE)
  t.equal(rates({ 'backpressure.initialRate': 0 }).limit(), NONE)
  const marked = rates({ 'backpressure.initialRate': 50 }, 20)
  marked.become('lines')
  t.equal(marked.limit(), 20, 'batches by number have no time that could be estimated')
  marked.become('marked')
  t.equal(marked.limit(), NONE, 'a stream of batches says what belongs to each')
})

tap.test('A6 backpressure.rateEstimator: pid; others and wrong gains are refused', async (t) => {
  const read = (key: string, value: string) => () =>
    readConfiguration([[`spark.streaming.backpressure.${key}`, value]])
  t.strictSame(read('rateEstimator', 'pid')().notes, [])
  t.throws(read('rateEstimator', 'mine'), { message: /expects pid, the only estimator there is, got mine/ })
  t.throws(read('pid.minRate', '0'), { message: /pid\.minRate expects a number above 0, got 0/ })
  t.throws(read('pid.derived', '-1'), { message: /pid\.derived expects a number of 0 or more, got -1/ })
})

class Told extends Receiver<number> {
  onStart(): void {}
  onStop(): void {}
}

tap.test(
  'A6 what a rate holds back comes in later batches, and all of it when the context stops',
  async (t) => {
    const clock = new ManualClock(0)
    const conf = { 'spark.streaming.backpressure.initialRate': 2 }
    const ssc = new StreamingContext({ batchDuration: Seconds(1), clock, port: recordingPort(), conf })
    const receiver = new Told()
    const out: number[][] = []
    ssc.receiverStream(receiver).foreachRDD((rdd) => void out.push(rdd.collect()))
    ssc.start()
    await until(() => receiver.isStarted())
    void receiver.store([1, 2, 3, 4, 5, 6, 7].values())
    clock.advance(1000)
    await until(() => out.length === 1)
    await ssc.stop(true, true)
    t.strictSame(out, [[1, 2], [3, 4], [5, 6], [7]])
  },
)

tap.test('A6 --max-rate: a stream of batches keeps its batches, and nothing is lost', async (t) => {
  const marked = await dstream(['--batch-lines', '3', 'emit', '--format', 'batches'], '1\n2\n3\n4\n5\n6\n')
  const { stdout } = await dstream(['--max-rate', '1', 'count', 'emit'], marked.stdout)
  t.equal(stdout, '3\n3\n')
  const limited = await dstream(['--interval', '50ms', '--max-rate', '20', 'count', 'emit'], 'a\n'.repeat(4))
  // Before the first line has come a batch may be empty.
  t.equal(limited.stdout.replaceAll('0\n', ''), '1\n'.repeat(4))
})

tap.test(
  'S9 while a batch waits behind another, receivers do not read; then they do (asks 25)',
  async (t) => {
    const clock = new ManualClock(0)
    const ssc = new StreamingContext({ batchDuration: Seconds(1), clock, port: recordingPort() })
    let read = 0
    class Eager extends Receiver<number> {
      async onStart(): Promise<void> {
        for (; !this.isStopped(); await new Promise((resolve) => setTimeout(resolve, 1)))
          await this.store([read++].values())
      }
      onStop(): void {}
    }
    let release: () => void = () => {}
    let batches = 0
    ssc.receiverStream(new Eager()).foreachRDD(async () => {
      batches += 1
      if (batches === 1)
        await new Promise<void>((resolve) => {
          release = resolve
        })
    })
    ssc.start()
    await until(() => read > 5)
    clock.advance(1000)
    await until(() => batches === 1)
    const before = read
    await until(() => read > before + 5)
    clock.advance(1000)
    await new Promise((resolve) => setTimeout(resolve, 50))
    const behind = read
    await new Promise((resolve) => setTimeout(resolve, 100))
    t.equal(read, behind, 'one batch is worked off, one waits: nothing is read')
    release()
    await until(() => read > behind + 5)
    await ssc.stop()
  },
)

for (const name of Object.keys(OVERLOADS) as (keyof typeof OVERLOADS)[]) {
  tap.test(
    `A6 S9 ${name}, ten times too slow: memory is bounded, nothing is dropped (asks 5, 25)`,
    async (t) => {
      const { given, got, memory, delays, code, stderr } = await overload(name, 0.5)
      t.equal(got, given, 'lines in are lines out')
      t.ok(given > 1000, `${given} lines`)
      t.equal(code, 0, stderr)
      t.ok(memory < 250, `${memory} MiB`)
      t.ok(Math.max(...delays) < 20_000, `${Math.max(...delays)} ms behind`)
    },
  )
}
