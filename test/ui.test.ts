/** The streaming page without a browser: what it serves. Issue 8 line 4, rows U1–U8. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import tap from 'tap'
import { Milliseconds, StreamingContext } from '../src/index.ts'
import type { BatchPageView, StageView, StateView } from '../src/ui/streaming/shown.ts'
import { eventsOf, eventually, type PageRun, runWithPage } from './support/page-run.ts'
import { freePort } from './support/real/free-port.ts'
import { dstream } from './support/run.ts'

type Json = Readonly<Record<string, unknown>>

const COUNT = ['--batch-lines', '2', 'flatmap', 'split', 'reduce-by-key', 'emit']

async function get<T = Json>(url: string): Promise<T> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`)
  return (await response.json()) as T
}

/** The address of the REST interface of a pipeline. */
async function restOf({ url }: PageRun): Promise<string> {
  const [application] = await get<readonly { id: string }[]>(`${url}api/v1/applications`)
  return `${url}api/v1/applications/${application?.id}/streaming`
}

/** Resolves when so many batches are done. */
async function done(run: PageRun, batches: number): Promise<Json> {
  const rest = await restOf(run)
  return eventually(async () => {
    const statistics = await get(`${rest}/statistics`)
    return statistics.numTotalCompletedBatches === batches && statistics
  })
}

tap.test("U6 statistics, receivers, batches and operations have Spark's paths and names", async (t) => {
  const run = await runWithPage(t, ['--name', 'words', ...COUNT])
  run.write('a b\nc\nd e f\ng\n')
  const statistics = await done(run, 2)
  const rest = await restOf(run)
  const date = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}GMT$/
  t.match(statistics.startTime, date)
  const { startTime, avgInputRate, avgSchedulingDelay, avgProcessingTime, avgTotalDelay, ...counts } =
    statistics
  t.strictSame(counts, {
    batchDuration: 1000,
    numReceivers: 1,
    numActiveReceivers: 1,
    numInactiveReceivers: 0,
    numTotalCompletedBatches: 2,
    numRetainedCompletedBatches: 2,
    numActiveBatches: 0,
    numProcessedRecords: 4,
    numReceivedRecords: 4,
  })
  t.ok((avgInputRate as number) > 0)
  for (const delay of [avgSchedulingDelay, avgProcessingTime, avgTotalDelay])
    t.ok(Number.isInteger(delay), `${delay}`)

  const application = rest.replace(/\/streaming$/, '')
  const about = await get<{ name: string; attempts: Json[] }>(application)
  t.equal(about.name, 'words')
  t.match(about.attempts[0], { completed: false, endTime: '1969-12-31T23:59:59.999GMT', endTimeEpoch: -1 })
  t.equal((await fetch(`${application.replace(/local-\d+/, 'local-1')}/streaming/statistics`)).status, 404)

  const receivers = await get<Json[]>(`${rest}/receivers`)
  t.match(receivers, [{ streamId: 0, streamName: 'stdin', isActive: true, executorId: 'driver' }])
  t.equal('lastErrorMessage' in (receivers[0] ?? {}), false, 'what is absent is left out')
  t.strictSame(
    (receivers[0] as { readonly eventRates: [number, number][] }).eventRates.map(([time]) => time),
    [1000, 2000],
  )
  t.strictSame(await get(`${rest}/receivers/0`), receivers[0])

  const batches = await get<Json[]>(`${rest}/batches`)
  t.strictSame(
    batches.map(({ batchId }) => batchId),
    [2000, 1000],
    'the newest first',
  )
  const { schedulingDelay, processingTime, totalDelay, ...batch } = batches[1] as Json
  t.strictSame(batch, {
    batchId: 1000,
    batchTime: '1970-01-01T00:00:01.000GMT',
    status: 'COMPLETED',
    batchDuration: 1000,
    inputSize: 2,
    numActiveOutputOps: 0,
    numCompletedOutputOps: 1,
    numFailedOutputOps: 0,
    numTotalOutputOps: 1,
  })
  t.equal(totalDelay, (schedulingDelay as number) + (processingTime as number))
  t.strictSame(await get(`${rest}/batches?status=processing`), [])
  t.strictSame(await get(`${rest}/batches?status=completed`), batches)
  t.strictSame(await get(`${rest}/batches/1000`), batches[1])
  const operations = await get<Json[]>(`${rest}/batches/1000/operations`)
  t.match(operations, [{ outputOpId: 0, name: 'emit', description: 'emit', startTime: date, jobIds: [] }])
  t.strictSame(await get(`${rest}/batches/1000/operations/0`), operations[0])

  for (const [path, said] of [
    ['batches/7', 'unknown batch: 7'],
    ['receivers/9', 'unknown receiver: 9'],
    ['batches/1000/operations/5', 'unknown output operation: 5'],
  ]) {
    const response = await fetch(`${rest}/${path}`)
    t.strictSame([response.status, await response.text()], [404, `${said}\n`])
  }
  t.equal(await run.end(), 0)
})

tap.test('U7 U8 the gauges are served for Prometheus, and as the servlet of JSON', async (t) => {
  const run = await runWithPage(t, ['--name', 'a "quoted" \\ name', ...COUNT])
  run.write('a\nb\nc\nd\n')
  await done(run, 2)
  const response = await fetch(`${run.url}metrics`)
  t.equal(response.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8')
  const text = await response.text()
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  for (const line of lines) t.match(line, /^\w+\{(\w+="([^"\\\n]|\\["\\n])*",?)+\} -?[\d.]+$/)
  const value = (name: string): number =>
    Number(
      lines
        .find((line) => line.startsWith(`StreamingMetrics_streaming_${name}{`))
        ?.split(' ')
        .at(-1),
    )
  t.match(text, 'app_name="a \\"quoted\\" \\\\ name"')
  t.strictSame(
    ['receivers', 'totalCompletedBatches', 'totalProcessedRecords', 'totalReceivedRecords'].map(value),
    [1, 2, 4, 4],
  )
  t.strictSame(['unprocessedBatches', 'waitingBatches', 'runningBatches'].map(value), [0, 0, 0])
  t.strictSame(['lastReceivedBatchRecords', 'totalReceivedBatchRecords'].map(value), [2, 4])
  t.equal(
    value('lastCompletedBatch_totalDelay'),
    value('lastCompletedBatch_schedulingDelay') + value('lastCompletedBatch_processTime'),
  )
  t.equal(value('receiverActive'), 1)
  const { gauges, ...others } = await get<{ gauges: Record<string, { value: number }> }>(
    `${run.url}metrics/json`,
  )
  t.strictSame(Object.keys(others), ['version', 'counters', 'histograms', 'meters', 'timers'])
  const names = Object.keys(gauges).map((name) => /\.StreamingMetrics\.streaming\.(\w+)$/.exec(name)?.[1])
  for (const name of [
    'receivers',
    'totalCompletedBatches',
    'unprocessedBatches',
    'waitingBatches',
    'runningBatches',
    'retainedCompletedBatches',
    ...['submissionTime', 'processStartTime', 'processEndTime'].flatMap((each) => [
      `lastCompletedBatch_${each}`,
      `lastReceivedBatch_${each}`,
    ]),
    'lastCompletedBatch_processTime',
    'lastCompletedBatch_schedulingDelay',
    'lastCompletedBatch_totalDelay',
    'lastReceivedBatchRecords',
    'totalReceivedBatchRecords',
  ])
    t.ok(names.includes(name), name)
  t.equal(await run.end(), 0)
})

tap.test('U1 U3 U4 who looks is told all that was, then what is new, then that it has ended', async (t) => {
  const run = await runWithPage(t, ['--conf', 'spark.streaming.ui.retainedBatches=2', ...COUNT])
  run.write('a\nb\nc\nd\ne\nf\n')
  await done(run, 3)
  const events = eventsOf<StateView>(`${run.url}streaming/events`)
  const first = (await events.next()).value as StateView
  t.match(first.head, { interval: 1000, isTimed: false, master: 'local[*]' })
  t.match(first, { completedBatches: 3, processedRecords: 6, hasEnded: false, active: [], retained: 2 })
  t.strictSame(
    first.flows.map(([stage]) => stage),
    [0, 2],
    'of the source, and of reduce-by-key',
  )
  t.strictSame(
    first.completed.map(({ number, time, records, operations }) => [number, time, records, operations]),
    [
      [2, 2000, 2, '1/1'],
      [3, 3000, 2, '1/1'],
    ],
  )
  run.write('g\nh\n')
  const second = (await events.next()).value as StateView
  t.equal(second.head, undefined)
  t.equal(second.completed.at(-1)?.number, 4)
  const ending = run.end()
  let last = second
  for await (const event of events) last = event
  t.equal(last.hasEnded, true)
  t.equal(await ending, 0)
})

tap.test('U3 batches that wait behind a slow one are queued', async (t) => {
  const run = await runWithPage(t, ['--interval', '100ms', 'for-each', 'sleep 2'])
  const batches = `${await restOf(run)}/batches`
  const seen = new Set<string>()
  await eventually(async () => {
    for (const { status } of await get<readonly { status: string }[]>(batches)) seen.add(status)
    return seen.size === 3
  })
  t.strictSame([...seen].sort(), ['COMPLETED', 'PROCESSING', 'QUEUED'])
  const delays = await get<readonly { schedulingDelay?: number }[]>(batches)
  t.ok(delays.every(({ schedulingDelay = 0 }) => schedulingDelay >= 0))
  const waiting = /^StreamingMetrics_streaming_waitingBatches\{.*\} (\d+)$/m
  await eventually(async () => Number(waiting.exec(await (await fetch(`${run.url}metrics`)).text())?.[1]) > 0)
})

tap.test('U2 a receiver that fails says when and why, and goes on', async (t) => {
  const port = await freePort()
  const run = await runWithPage(t, ['socket', '127.0.0.1', String(port), 'emit'])
  const receiver = `${await restOf(run)}/receivers/0`
  const failed = await eventually(async () => {
    const found = await get(receiver)
    return 'lastErrorTime' in found && found
  })
  t.match(failed, { streamName: `socket 127.0.0.1 ${port}`, isActive: false, lastErrorTime: /GMT$/ })
  t.match(`${failed.lastErrorMessage} ${failed.lastError}`, /refused/i)
  const server = createServer((peer) => {
    // Who is killed in mid-stream may reset it.
    peer.on('error', () => {})
    peer.write('a\n')
  }).listen(port, '127.0.0.1')
  t.teardown(() => server.close())
  await eventually(async () => (await get(receiver)).isActive === true)
})

tap.test('U5 a batch has a page: what each source gave, and its outputs', async (t) => {
  const folder = join(t.testdir({ in: {}, out: {} }), 'in')
  mkdirSync(folder, { recursive: true })
  const run = await runWithPage(t, ['--interval', '200ms', 'files', folder, 'flatmap', 'split', 'emit'])
  const rest = await restOf(run)
  // The page is there before the first look into the folder, and what is older than that is no new file.
  await eventually(async () => Number((await get(`${rest}/statistics`)).numTotalCompletedBatches) > 0)
  writeFileSync(join(folder, '.new'), 'a b\nc\n')
  renameSync(join(folder, '.new'), join(folder, 'new.txt'))
  const batch = await eventually(async () => {
    const batches = await get<readonly { batchId: number; inputSize: number }[]>(
      `${rest}/batches?status=completed`,
    )
    return batches.find(({ inputSize }) => inputSize > 0)
  })
  const view = await get<BatchPageView>(`${run.url}streaming/batch.json?id=${batch.batchId}`)
  t.match(view, { status: 'COMPLETED', records: 2, interval: 200, time: batch.batchId, isTimed: true })
  t.match(view.inputs, [{ records: 2, metadata: /in\/new\.txt/ }])
  t.match(view.outputs[0], { id: 0, status: 'succeeded' })
  t.equal((await fetch(`${run.url}streaming/batch.json?id=1`)).status, 404)
  t.equal((await fetch(`${run.url}streaming/batch.json`)).status, 404)
  const page = await (await fetch(`${run.url}streaming/batch?id=${batch.batchId}`)).text()
  t.match(page, '/assets/streaming-batch.js')
})

tap.test('I8.4 the plan says which operators were lowered, and an error how a batch failed', async (t) => {
  const run = await runWithPage(t, [...COUNT.slice(0, 4), 'map', 'w => [w, 1]', 'reduce-by-key', 'emit'])
  const stages = await get<StageView[]>(`${run.url}streaming/plan.json`)
  t.strictSame(
    stages.map(({ label, isLowered, inputs }) => [label, isLowered, inputs]),
    [
      ['stdin', false, []],
      ['flatmap split', true, [0]],
      ["map 'w => [w, 1]'", true, [1]],
      ['reduce-by-key', true, [2]],
      ['emit', false, [3]],
    ],
  )
  const failing = await runWithPage(t, ['--batch-lines', '1', 'map', 'l => JSON.parse(l).x', 'emit'])
  const events = eventsOf<StateView>(`${failing.url}streaming/events`)
  await events.next()
  failing.write('{\n')
  let last: StateView | undefined
  for await (const event of events) last = event
  t.match(last?.completed.at(-1)?.failure, /JSON/)
  t.equal(await failing.end(), 1)
})

tap.test('I8.4 a port in use is passed over, and who does not know the token sees nothing', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => taken.once('listening', resolve))
  t.teardown(() => taken.close())
  const { port } = taken.address() as { port: number }
  const next = await runWithPage(t, COUNT, { ui: ['--ui', String(port)] })
  const found = Number(new URL(next.url).port)
  t.ok(found > port && found <= port + 16, `${found} behind ${port}`)

  // An address that is loopback and is not written as one: it wants a token as any other does.
  const elsewhere = ['--ui', '0', '--ui-host', '127.1']
  const made = await runWithPage(t, COUNT, { ui: elsewhere })
  const token = /\?token=([\w-]{20,})\n/.exec(made.said())?.[1] ?? ''
  t.not(token, '')
  const status = async (url: string, headers: Record<string, string> = {}): Promise<number> =>
    (await fetch(url, { headers, redirect: 'manual' })).status
  for (const path of ['', 'metrics', 'api/v1/applications', 'streaming/events', 'assets/streaming.js']) {
    t.equal(await status(`${made.url}${path}`), 401, path)
    if (path !== 'streaming/events')
      t.equal(await status(`${made.url}${path}`, { authorization: `Bearer ${token}` }), 200, path)
  }
  t.equal(await status(`${made.url}?token=${token}`), 303)
  const own = await runWithPage(t, COUNT, { ui: elsewhere, env: { DSTREAM_UI_TOKEN: 'only-i-know' } })
  t.notMatch(own.said(), 'only-i-know')
  t.equal(await status(own.url, { authorization: 'Bearer only-i-know' }), 200)
})

tap.test(
  'asks-22 --ui is read with a port, with :PORT and without; and is refused with a sentence',
  async (t) => {
    const explain = ['flatmap', 'split', 'emit', '--explain']
    for (const ui of [['--ui', '4041'], ['--ui', ':4041'], ['--ui=4041'], ['--ui']])
      t.equal((await dstream([...ui, ...explain])).code, 0, ui.join(' '))
    const wrong = await dstream(['--ui=seven', ...explain])
    t.equal(wrong.code, 2)
    t.match(wrong.stderr, '--ui expects a port, got seven')
    t.match((await dstream(['--ui', '70000', ...explain])).stderr, '--ui expects a port, got 70000')
    t.match((await dstream(['--ui-host', '::1', ...explain])).stderr, 'there is no --ui')
    const unknown = await dstream(['--ui', '0', '--ui-host', 'no.such.host.invalid', ...COUNT])
    t.equal(unknown.code, 2)
    t.match(unknown.stderr, /--ui: the page cannot be served at port 0: /)
  },
)

tap.test(
  'I8.4 the page names no password, loads nothing from elsewhere, and costs nobody who has none',
  async (t) => {
    const port = await freePort()
    const run = await runWithPage(t, ['sse', `http://me:hidden9@127.0.0.1:${port}/`, 'emit'])
    const rest = await restOf(run)
    await eventually(async () => ((await get(`${rest}/receivers/0`)).lastErrorTime ? true : undefined))
    const events = eventsOf<StateView>(`${run.url}streaming/events`)
    const texts = [JSON.stringify((await events.next()).value), run.said()]
    await events.return(undefined)
    for (const path of ['', 'metrics', 'metrics/json', 'api/v1/applications', 'streaming/plan.json'])
      texts.push(await (await fetch(`${run.url}${path}`)).text())
    texts.push(await (await fetch(`${rest}/receivers`)).text())
    for (const text of texts) t.notMatch(text, 'hidden9')
    t.match(texts.join(''), '127.0.0.1')
    for (const path of ['', 'streaming/batch?id=1']) {
      const response = await fetch(`${run.url}${path}`)
      t.match(
        response.headers.get('content-security-policy'),
        "default-src 'none'; script-src 'self'; style-src 'self'",
      )
      t.notMatch(await response.text(), /(src|href)="(?!\/|#|data:)|<script>|style=|\son\w+=/)
    }
    const main = readFileSync(new URL('../dist/main.js', import.meta.url), 'utf8')
    t.notMatch(main, 'StreamingMetrics', 'a chain without a page does not even read it')
  },
)

tap.test('A9 I8.4 a program asks for the page by spark.ui.port, and it goes with its context', async (t) => {
  const reports: string[] = []
  const ssc = new StreamingContext({
    batchDuration: Milliseconds(50),
    appName: 'a program',
    conf: { 'spark.ui.enabled': true, 'spark.ui.port': 0 },
    port: {
      format: 'spark',
      write: () => undefined,
      show: () => undefined,
      report: (text) => reports.push(text),
    },
  })
  ssc
    .queueStream([['a', 'b'], ['c']])
    .map((word) => [word, 1])
    .print()
  ssc.start()
  t.teardown(() => ssc.stop())
  const url = await eventually(() => /^streaming page: (http:\S+)$/.exec(reports.join('\n'))?.[1])
  const [application] = await get<readonly { id: string; name: string }[]>(`${url}api/v1/applications`)
  t.equal(application?.name, 'a program')
  const statistics = await eventually(async () => {
    const found = await get(`${url}api/v1/applications/${application?.id}/streaming/statistics`)
    return found.numProcessedRecords === 3 && found
  })
  t.match(statistics, { batchDuration: 50, numReceivers: 0 })
  const stages = await get<StageView[]>(`${url}streaming/plan.json`)
  t.match(stages.at(-1), { label: 'print', category: 'output' })
  await ssc.stop()
  await eventually(() =>
    fetch(url).then(
      () => false,
      () => true,
    ),
  )
  t.throws(
    () => new StreamingContext({ batchDuration: 50, conf: { 'spark.ui.port': 'high' } }),
    /whole number/,
  )
  t.throws(
    () => new StreamingContext({ batchDuration: 50, conf: { 'spark.ui.port': 70_000 } }),
    /expects a port/,
  )
  const conf = await dstream(['--conf', 'spark.ui.port=0', ...COUNT], 'a\nb\n')
  t.match(conf.stderr, /^streaming page: http:\/\/127\.0\.0\.1:\d+\/\n$/)
  t.equal((await dstream(['--conf', 'spark.ui.enabled=false', ...COUNT], 'a\n')).stderr, '')
})
