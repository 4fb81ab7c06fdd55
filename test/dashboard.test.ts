/** The dashboard without a browser: what it keeps, and what it serves. Issue 8 line 5. */
import { createServer } from 'node:net'
import fc from 'fast-check'
import tap from 'tap'
import { BatchSummary } from '../src/engine/outputs/panels/batch-summary.ts'
import type { PanelBatch } from '../src/engine/outputs/panels/panel.ts'
import { Milliseconds, StreamingContext } from '../src/index.ts'
import { PastValues } from '../src/ui/browser/dashboard/past-values.ts'
import { squarified } from '../src/ui/browser/dashboard/squarified.ts'
import { History } from '../src/ui/dashboard/history.ts'
import type { Message, PanelMessage } from '../src/ui/dashboard/messages.ts'
import { eventsOf, eventually, runWithPage } from './support/page-run.ts'
import { freePort } from './support/real/free-port.ts'
import { dstream } from './support/run.ts'

const NO_UI = { ui: [] }

/** What the page at an address is told until `isLast` says that this was it. */
async function told(url: string, isLast: (message: Message) => boolean): Promise<readonly Message[]> {
  const messages: Message[] = []
  const enough = new AbortController()
  for await (const message of eventsOf<Message>(`${url}events`, enough.signal)) {
    messages.push(message)
    if (isLast(message)) break
  }
  enough.abort()
  return messages
}

tap.test('I8.5 a batch is summed up: pairs, lines, numbers, records, and only so many of them', (t) => {
  const taken = (...rows: readonly unknown[]): PanelBatch => {
    const summary = new BatchSummary()
    summary.push({ kind: 'rows', rows })
    return summary.take(5)
  }
  const pairs = taken(['a', 1], ['b', 2], ['a', 3])
  t.match(pairs, { time: 5, total: 3, columns: ['key', 'value'] })
  t.strictSame(new Map(pairs.points), new Map([['a', 3], ['b', 2]])) // biome-ignore format: two pairs
  t.strictSame(new Map(taken('x\t1.5', 'y\t-2').points), new Map([['x', 1.5], ['y', -2]])) // biome-ignore format: two pairs
  t.strictSame(taken(7).points, [['', 7]])
  const records = taken({ host: 'a', ms: 5, at: null }, { host: 'b', ms: 6, more: [1] })
  t.strictSame(records.columns, ['host', 'ms', 'at', 'more'])
  const rows = [['a', 5, null, null], ['b', 6, null, '[1]']] // biome-ignore format: two rows
  t.strictSame(records.rows, rows)
  t.strictSame(new Map(records.points), new Map([['a', 5], ['b', 6]])) // biome-ignore format: two pairs
  t.strictSame(taken('plain', 'text').points, [])
  t.strictSame(new Map(taken([Number.NaN, 1n], ['big', 2n ** 60n]).points).get('big'), 2 ** 60)

  const many = new BatchSummary()
  for (let part = 0; part < 20; part++)
    many.push({
      kind: 'rows',
      rows: Array.from({ length: 1000 }, (_, index) => [`${part}-${index}`, part * 1000 + index]),
    })
  const found = many.take(0)
  t.equal(found.total, 20_000)
  t.equal(found.kept, 'largest')
  t.equal(found.points.length, 1000)
  t.equal(Math.min(...found.points.map(([, value]) => value)), 19_000)
  t.end()
})

tap.test('I8.5 a page that merges what is new has what one that comes late is told', (t) => {
  const point = fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.integer({ min: -9, max: 9 }))
  const batch = fc.record({
    step: fc.integer({ min: 1, max: 900 }),
    points: fc.array(point),
    isTold: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(batch, { maxLength: 60 }), (batches) => {
      const history = new History(10_000, 300, 3)
      const page = new PastValues(10_000)
      let time = 1_700_000_000_000
      for (const { step, points, isTold } of batches) {
        time += step
        history.add(time, points)
        if (isTold) page.merge(history.news())
      }
      page.merge(history.news())
      const late = new PastValues(10_000)
      late.merge(history.whole())
      t.strictSame([page.keys, page.times], [late.keys, late.times])
      t.strictSame(page.values, late.values)
    }),
  )
  t.end()
})

tap.test('I8.5 a day of batches takes no more room than a while of them', (t) => {
  const history = new History(600_000, 1000, 8)
  const page = new PastValues(600_000)
  for (let second = 0; second < 86_400; second++) {
    history.add(1_700_000_000_000 + second * 1000, [
      [`key-${second % 50}`, second % 97],
      ['always', 100],
    ])
    page.merge(history.news())
  }
  const { keys, times, values } = history.whole()
  t.equal(keys.length, 8)
  t.ok(times.length <= 601, `${times.length} times`)
  t.ok(values.every(({ length }) => length === times.length))
  t.ok(page.times.length <= 601 && page.keys.length === 8)
  t.ok(
    keys.some(([, key]) => key === 'always'),
    'a key that is large stays',
  )
  t.end()
})

tap.test('I8.5 areas of the map are as large as their shares, and lie side by side', (t) => {
  const sizes = fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 60 })
  fc.assert(
    fc.property(sizes, (unsorted) => {
      const sorted = [...unsorted].sort((one, other) => other - one)
      const boxes = squarified(sorted, { x: 0, y: 0, width: 500, height: 300 })
      const total = sorted.reduce((sum, size) => sum + size, 0)
      for (const [at, { x, y, width, height }] of boxes.entries()) {
        const area = ((sorted[at] as number) / total) * 150_000
        if (Math.abs(width * height - area) > 1e-3 * area + 1e-6) return false
        if (x < -1e-6 || y < -1e-6 || x + width > 500.001 || y + height > 300.001) return false
      }
      return boxes.length === sorted.length
    }),
  )
  t.end()
})

tap.test('I8.5 several dashboards are panels of one page; who comes late is told all; files', async (t) => {
  const port = await freePort()
  const run = await runWithPage(
    t,
    [
      ...['--name', 'counts', '--batch-lines', '2', 'flatmap', 'split', 'reduce-by-key'],
      ...['tee', '[', 'dashboard', `${port}`, '--title', 'Top', ']'],
      ...['tee', '[', 'map', 'p => p[1]', 'reduce', 'sum', 'dashboard', `${port}`, ']'],
      ...['dashboard', `${port}`, '--chart', 'line', '--span', '1m'],
    ],
    NO_UI,
  )
  t.equal(run.url, `http://127.0.0.1:${port}/`)
  t.equal(run.said().match(/dashboard:/g)?.length, 1)
  run.write('a b a\nb, "c"\n')
  await eventually(async () => (await (await fetch(`${run.url}panels/1.csv`)).text()).includes('c'))
  const [hello, ...panels] = await told(run.url, (message) => message.kind === 'panel' && message.id === 3)
  t.match(hello, {
    kind: 'hello',
    name: 'counts',
    panels: [
      { id: 1, title: 'Top', chart: 'bar', span: 600_000 },
      { id: 2, title: 'Now', chart: 'number' },
      { id: 3, title: 'Over time', chart: 'line', span: 60_000 },
    ],
  })
  const [top, sum, line] = panels as readonly PanelMessage[]
  t.strictSame(Object.fromEntries(top?.batch?.points ?? []), { a: 2, b: 1, 'b,': 1, '"c"': 1 })
  t.strictSame(sum?.batch?.points, [['', 5]])
  t.strictSame(line?.past?.keys.length, 4)
  const csv = await fetch(`${run.url}panels/1.csv`)
  t.match(csv.headers.get('content-disposition'), 'panel-1.csv')
  const lines = (await csv.text()).split('\r\n')
  t.strictSame(lines.sort(), ['', '"""c""",1', '"b,",1', 'a,2', 'b,1', 'key,value'])
  t.match(await (await fetch(`${run.url}panels/3.past.csv`)).text(), /^time,.*\r\n\d{4}-\d\d-\d\dT/)
  t.equal((await fetch(`${run.url}panels/9.csv`)).status, 404)
  t.match((await fetch(run.url)).headers.get('content-security-policy'), "default-src 'none'")
  const ended = told(run.url, ({ kind }) => kind === 'end')
  t.equal(await run.end(), 0)
  t.equal((await ended).at(-1)?.kind, 'end')
})

tap.test('I8.5 a port in use, no port, an open address without a token: each says what to do', async (t) => {
  const other = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => other.once('listening', resolve))
  t.teardown(() => other.close())
  const { port } = other.address() as { port: number }
  const taken = await dstream(['dashboard', String(port)], 'a\n')
  t.equal(taken.code, 1)
  t.match(
    taken.stderr,
    new RegExp(`port ${port} of 127.0.0.1 is in use. Without a port.*dashboard ${port}`, 's'),
  )
  const wrong = await dstream(['dashboard', '70000'], 'a\n')
  t.equal(wrong.code, 2)
  t.match(wrong.stderr, /70000 is no port.*0 to 65535/s)
  const open = await dstream(['dashboard', '0', '--host', '0.0.0.0'], 'a\n')
  t.equal(open.code, 1)
  t.match(open.stderr, /DSTREAM_UI_TOKEN/)
  const chart = await dstream(['dashboard', '--chart', 'pie'], 'a\n')
  t.equal(chart.code, 2)
  t.match(chart.stderr, /bar, line, table, number, heatmap/)
})

tap.test('I8.5 with a token, who does not know it sees nothing', async (t) => {
  const run = await runWithPage(t, ['dashboard', '0', '--host', '0.0.0.0'], {
    ui: [],
    env: { DSTREAM_UI_TOKEN: 'secret-7c2' },
  })
  t.notMatch(run.said(), 'secret-7c2')
  const local = run.url.replace('0.0.0.0', '127.0.0.1')
  for (const path of ['', 'events', 'panels/1.csv']) t.equal((await fetch(local + path)).status, 401, path)
  t.equal((await fetch(local, { headers: { authorization: 'Bearer secret-7c2' } })).status, 200)
})

tap.test('I8.5 a program shows a stream: dashboard()', async (t) => {
  const port = await freePort()
  const ssc = new StreamingContext({ batchDuration: Milliseconds(50) })
  t.teardown(() => ssc.stop())
  const pairs: [string, number][] = [
    ['x', 1],
    ['y', 2],
  ]
  ssc.queueStream([pairs]).dashboard({ port, chart: 'map-of-keys', title: 'Shares' })
  ssc.start()
  const url = `http://127.0.0.1:${port}/`
  await eventually(() => fetch(url).catch(() => undefined))
  const messages = await told(url, (message) => message.kind === 'panel' && message.batch !== undefined)
  t.match(messages[0], { panels: [{ title: 'Shares', chart: 'map-of-keys' }] })
  await ssc.stop()
})
