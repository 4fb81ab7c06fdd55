/** Sinks of metrics: row U8, issue 8 line 4. */
import { createSocket } from 'node:dgram'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import tap, { type Test } from 'tap'
import { readConfiguration } from '../src/engine/scheduler/configuration.ts'
import { Milliseconds, StreamingContext } from '../src/index.ts'
import { StatsDSink } from '../src/ui/metrics/statsd.ts'
import { eventually } from './support/page-run.ts'
import { dstream } from './support/run.ts'

const SINK = 'spark.metrics.conf.*.sink.one.'
const COUNT = ['--name', 'word count', '--batch-lines', '2', 'flatmap', 'split', 'reduce-by-key', 'emit']

/** `--conf` for each option of a sink. */
function sink(options: Readonly<Record<string, string | number>>): readonly string[] {
  return Object.entries(options).flatMap(([key, value]) => ['--conf', `${SINK}${key}=${value}`])
}

tap.test('U8 I8.4 console: gauges on standard error, by the names of Spark', async (t) => {
  const args = sink({ class: 'org.apache.spark.metrics.sink.ConsoleSink' })
  const { code, stdout, stderr } = await dstream([...args, ...COUNT], 'a b\na\nb\n')
  t.equal(code, 0)
  t.match(stdout, /^a\t2\n/)
  t.match(stderr, /^metrics at \d{4}-\d\d-\d\dT/)
  const gauge = (name: string): string | undefined =>
    new RegExp(`local-\\d+\\.driver\\.word count\\.StreamingMetrics\\.streaming\\.${name} = (.*)`).exec(
      stderr,
    )?.[1]
  t.strictSame(['totalCompletedBatches', 'totalProcessedRecords', 'receivers', 'waitingBatches'].map(gauge), [
    '2',
    '3',
    '1',
    '0',
  ])
})

tap.test('U8 I8.4 CSV: a file per gauge with a line per report', async (t) => {
  const cwd = t.testdir()
  const args = sink({ class: 'csv', directory: 'out/metrics', period: 100, unit: 'milliseconds' })
  const chain = ['--timeout', '1s', 'rate', '50', '--interval', '100ms', 'count', 'emit']
  t.equal((await dstream([...args, ...chain], '', { cwd })).code, 0)
  const files = readdirSync(join(cwd, 'out/metrics'))
  t.equal(files.length, 20)
  const name = files.find((file) =>
    file.endsWith('.driver.dstream.StreamingMetrics.streaming.totalCompletedBatches.csv'),
  )
  const [head, ...lines] = readFileSync(join(cwd, 'out/metrics', name ?? ''), 'utf8')
    .trim()
    .split('\n')
  t.equal(head, 't,value')
  t.ok(lines.length >= 4, `${lines.length} reports`)
  for (const line of lines) t.match(line, /^1\d{9},\d+$/)
  const values = lines.map((line) => Number(line.split(',')[1]))
  t.strictSame(
    values,
    [...values].sort((one, other) => one - other),
  )
  t.ok((values.at(-1) ?? 0) >= 5)
})

tap.test(
  'U8 I8.4 StatsD: datagrams of lines, in its grammar; a negative gauge is set to 0 before',
  async (t) => {
    const socket = createSocket('udp4').bind(0, '127.0.0.1')
    await new Promise((resolve) => socket.once('listening', resolve))
    t.teardown(() => socket.close())
    const datagrams: string[] = []
    socket.on('message', (message) => datagrams.push(message.toString()))
    const args = sink({ class: 'StatsdSink', port: socket.address().port, prefix: 'team:a' })
    t.equal((await dstream([...args, ...COUNT], 'a b\na\nb\n')).code, 0)
    t.ok(datagrams.length > 1)
    const gauges = new Map<string, number>()
    for (const datagram of datagrams) {
      t.ok(Buffer.byteLength(datagram) <= 1400)
      for (const line of datagram.trim().split('\n')) {
        const [, name, value] = /^([^:|@\s]+):(-?\d+(?:\.\d+)?)\|g$/.exec(line) ?? []
        t.ok(name, line)
        gauges.set(name?.replace(/^.*streaming\./, '') ?? '', Number(value))
        if (name !== undefined) t.match(name, /^team_a\.local-\d+\.driver\.word_count\.StreamingMetrics/)
      }
    }
    t.equal(gauges.get('totalCompletedBatches'), 2)
    t.equal(gauges.get('totalProcessedRecords'), 3)
    const negative = new StatsDSink(new Map([['port', String(socket.address().port)]]), {
      id: 'i',
      name: 'n',
    })
    t.teardown(() => negative.close())
    const next = new Promise<Buffer>((resolve) => socket.once('message', resolve))
    await negative.report([{ name: 'delay', help: '', value: -1 }])
    const full = 'i.driver.n.StreamingMetrics.streaming.delay'
    t.equal((await next).toString(), `${full}:0|g\n${full}:-1|g\n`)
  },
)

/** What a collector was sent, as OTLP's JSON has it. */
interface Exported {
  readonly resourceMetrics: readonly {
    readonly resource: { readonly attributes: readonly { readonly key: string; readonly value: object }[] }
    readonly scopeMetrics: readonly {
      readonly metrics: readonly {
        readonly name: string
        readonly gauge: {
          readonly dataPoints: readonly { readonly asDouble?: number; readonly asInt?: number }[]
        }
      }[]
    }[]
  }[]
}

/** A server that takes what an exporter posts, and answers as `answer` does. */
async function collector(t: Test, answer: (response: ServerResponse) => void) {
  const bodies: Exported[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      bodies.push(JSON.parse(Buffer.concat(chunks).toString()) as Exported)
      answer(response)
    })
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return { bodies, endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/metrics` }
}

tap.test('U8 I8.4 OpenTelemetry: gauges by OTLP, and who they are of', async (t) => {
  const { bodies, endpoint } = await collector(t, (response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}'),
  )
  const { code, stderr } = await dstream(
    [...sink({ class: 'opentelemetry', endpoint }), ...COUNT],
    'a b\na\nb\n',
  )
  t.strictSame([code, stderr], [0, ''])
  const [exported] = bodies.at(-1)?.resourceMetrics ?? []
  t.match(exported?.resource.attributes, [
    { key: 'service.name', value: { stringValue: 'word count' } },
    { key: 'service.instance.id', value: { stringValue: /^local-\d+$/ } },
  ])
  const metrics = exported?.scopeMetrics[0]?.metrics ?? []
  const found = metrics.find(({ name }) => name === 'streaming.totalCompletedBatches')
  const [point] = found?.gauge.dataPoints ?? []
  t.equal(Number(point?.asDouble ?? point?.asInt), 2)
  t.equal(metrics.length, 20)
})

tap.test(
  'U8 I8.4 a sink that fails stops no pipeline: it is said once, and what was lost at the end',
  async (t) => {
    const cwd = t.testdir()
    writeFileSync(join(cwd, 'file'), '')
    const chain = ['--timeout', '1s', 'rate', '50', '--interval', '100ms', 'count', 'emit']
    const often = { period: 50, unit: 'milliseconds' }
    const csv = await dstream([...sink({ class: 'csv', directory: 'file', ...often }), ...chain], '', { cwd })
    t.equal(csv.code, 0)
    t.equal(csv.stderr.match(/metrics: csv: EEXIST.*it is tried again/g)?.length, 1)
    t.match(csv.stderr, /metrics: csv: \d+ reports were lost\n$/)
    const { endpoint } = await collector(t, (response) => response.writeHead(400).end())
    const refused = await dstream([...sink({ class: 'opentelemetry', endpoint }), ...COUNT], 'a\n')
    t.equal(refused.code, 0)
    t.match(refused.stderr, /metrics: opentelemetry: /)
    const began = performance.now()
    const silent = await collector(t, () => {})
    t.equal(
      (await dstream([...sink({ class: 'opentelemetry', endpoint: silent.endpoint }), ...COUNT], 'a\n')).code,
      0,
    )
    t.ok(performance.now() - began < 15_000, 'it does not wait for who never answers')
  },
)

tap.test('U8 settings that are none say what is expected; sinks of a JVM say why they are not here', (t) => {
  const read = (options: Readonly<Record<string, string>>) =>
    readConfiguration(
      Object.entries(options).map(([key, value]) => [`spark.metrics.conf.${key}`, value] as const),
    )
  t.throws(() => read({ '*.sink.a.period': '5' }), { message: /sink\.a\.class is missing/ })
  t.throws(() => read({ '*.sink.a.class': 'GangliaSink' }), { message: /expects console, csv, statsd, open/ })
  t.throws(() => read({ '*.sink.a.class': 'csv', '*.sink.a.period': '0' }), { message: /above 0, got 0/ })
  t.throws(() => read({ '*.sink.a.class': 'csv', '*.sink.a.unit': 'days' }), {
    message: /milliseconds, seconds/,
  })
  t.throws(() => read({ '*.sink.a.class': 'csv', '*.sink.a.port': '1' }), {
    message: /port is no option of csv/,
  })
  const jmx = read({
    '*.sink.a.class': 'org.apache.spark.metrics.sink.JmxSink',
    'worker.sink.b.class': 'csv',
  })
  t.match(jmx.notes, [/worker\.sink\.b\.class has no effect/, /no effect here: there is no JVM/])
  t.strictSame(jmx.metricSinks, [])
  const [one, two] =
    read({
      '*.sink.a.class': 'csv',
      '*.sink.a.period': '2',
      '*.sink.a.unit': 'minutes',
      'driver.sink.b.class': 'console',
    }).metricSinks ?? []
  t.match([one?.kind, one?.period, two?.kind, two?.period], ['csv', 120_000, 'console', 10_000])
  t.end()
})

tap.test('U8 a program reports too', async (t) => {
  const directory = join(t.testdir(), 'metrics')
  const ssc = new StreamingContext({
    batchDuration: Milliseconds(50),
    conf: {
      'spark.app.name': 'my program',
      [`${SINK}class`]: 'csv',
      [`${SINK}directory`]: directory,
      [`${SINK}period`]: '20',
      [`${SINK}unit`]: 'milliseconds',
    },
  })
  const done = new Promise<void>((resolve) => {
    ssc.queueStream([[1, 2, 3]]).foreachRDD((rdd) => {
      if (rdd.isEmpty()) resolve()
    })
  })
  ssc.start()
  await done
  await ssc.stop()
  // The last report follows the end.
  const all = await eventually(
    () => existsSync(directory) && readdirSync(directory).length === 20 && readdirSync(directory),
  )
  t.ok(all.every((file) => /^local-\d+\.driver\.my program\.StreamingMetrics\./.test(file)))
  await new Promise((resolve) => setTimeout(resolve, 300))
})
