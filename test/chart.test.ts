import tap from 'tap'
import { barText } from '../src/cli/screen/bar.ts'
import { renderBatch } from '../src/cli/screen/batch.ts'
import { createLive } from '../src/cli/screen/live.ts'
import type { Chart, HistogramBin } from '../src/engine/outputs/charts/chart.ts'
import { createHistogram } from '../src/engine/outputs/charts/histogram.ts'
import { measuredOf } from '../src/engine/outputs/charts/measured.ts'
import { type DStream, type OutputPort, type PrintedBatch, StreamingContext } from '../src/index.ts'
import { collectingPort } from './support/collect.ts'
import { dstream } from './support/run.ts'

type Shown = PrintedBatch & { readonly chart: Chart }

/** What `chart` shows of queued batches. */
async function shownOf(
  batches: readonly (readonly unknown[])[],
  output: (stream: DStream<unknown>) => void,
): Promise<Shown[]> {
  const shown: Shown[] = []
  const port: OutputPort = {
    ...collectingPort(),
    show: (batch, format) => {
      if (format === 'chart') shown.push(batch as Shown)
      return undefined
    },
  }
  const context = new StreamingContext({
    batchDuration: 1000,
    batchLines: 1,
    batches: batches.length,
    port,
  })
  output(context.queueStream([...batches]))
  context.start()
  await context.awaitTermination()
  return shown
}

/** The text of a chart without colours. */
async function textOf(chart: Chart, width: number, total = 1): Promise<string> {
  return renderBatch({ time: 1000, elements: [], total, chart }, { width, colour: 0 })
}

tap.test('I8.6 a number is the element, the value of a pair, or the first number of a record', async (t) => {
  t.same(measuredOf(3), { value: 3 })
  t.same(measuredOf(3n), { value: 3 })
  t.same(measuredOf(' 4.5 '), { value: 4.5 })
  t.same(measuredOf('a\t2'), { label: 'a', value: 2 })
  t.same(measuredOf([['a', 'b'], 2]), { label: ['a', 'b'], value: 2 })
  t.same(measuredOf({ word: 'a', code: '7', count: 5, sum: 6 }), { label: 'a', value: 5 })
  for (const none of ['', 'a', 'a\tb', null, undefined, true, [1], ['a', null], {}, { a: 'b' }]) {
    t.equal(measuredOf(none), undefined, JSON.stringify(none))
  }
  for (const none of [Number.NaN, Number.POSITIVE_INFINITY, ['a', Number.NaN], '1e999']) {
    t.equal(measuredOf(none), undefined, String(none))
  }
})

tap.test('I8.6 bars: the greatest of a batch in its order, the rest counted', async (t) => {
  const many = Array.from({ length: 1000 }, (_, index) => [`k${index}`, (index * 7919) % 1000])
  const shown = await shownOf([[['a', 1], 'x', ['b', 3], ['c', 2], ['d', 2]], [], many], (stream) =>
    stream.chart({ rows: 3, title: 'T' }),
  )
  t.match(shown[0], {
    time: 1000,
    total: 5,
    title: 'T',
    chart: {
      kind: 'bar',
      withoutNumber: 1,
      bars: [
        { label: 'b', value: 3 },
        { label: 'c', value: 2 },
        { label: 'd', value: 2 },
      ],
    },
  })
  t.equal(shown.length, 2, 'an empty batch shows nothing')
  const greatest = shown[1]?.chart
  t.ok(greatest?.kind === 'bar')
  t.same(greatest?.kind === 'bar' && greatest.bars.map(({ value }) => value).sort(), [997, 998, 999])
})

tap.test('I8.6 sparklines: the last value of a key per batch, gaps where it is not there', async (t) => {
  const batches = [
    [
      ['a', 1],
      ['b', 5],
      ['a', 2],
    ],
    [['b', 6]],
    [],
    [
      ['a', 3],
      ['c', 9],
      ['b', 1],
    ],
  ]
  const shown = await shownOf(batches, (stream) => stream.chart({ kind: 'sparkline', rows: 2 }))
  t.same(
    shown.map(({ chart }) => chart.kind === 'sparkline' && chart.lines),
    [
      [
        { label: 'a', values: [2] },
        { label: 'b', values: [5] },
      ],
      [
        { label: 'a', values: [2, undefined] },
        { label: 'b', values: [5, 6] },
      ],
      [
        { label: 'a', values: [2, undefined, undefined] },
        { label: 'b', values: [5, 6, undefined] },
      ],
      [
        { label: 'a', values: [2, undefined, undefined, 3] },
        { label: 'c', values: [undefined, undefined, undefined, 9] },
      ],
    ],
  )
})

tap.test('I8.6 histograms have round bounds, and count every number once', async (t) => {
  const bins = (numbers: readonly number[], rows: number): readonly HistogramBin[] => {
    const maker = createHistogram(rows)
    for (const value of numbers) maker.add({ value })
    const taken = maker.take()
    return taken?.kind === 'histogram' ? taken.bins : []
  }
  t.same(bins([0.1, 0.2, 0.3, 0.4], 3), [
    { from: 0.1, to: 0.2, count: 1 },
    { from: 0.2, to: 0.3, count: 1 },
    { from: 0.3, to: 0.4, count: 2 },
  ])
  t.same(bins([7, 7], 10), [{ from: 7, to: 7, count: 2 }])
  t.same(bins([-3, 3], 2), [
    { from: -5, to: 0, count: 1 },
    { from: 0, to: 5, count: 1 },
  ])
  t.same(bins([], 10), [])
  t.same(
    bins([-1e308, 1e308], 10).reduce((sum, { count }) => sum + count, 0),
    2,
  )
  // More numbers than are kept as they are, in two orders.
  const many = Array.from({ length: 50_000 }, (_, index) => ((index * 7919) % 50_000) / 8)
  const counted = bins(many, 10)
  t.same(counted, bins([...many].reverse(), 10))
  t.same(
    counted.map(({ from, to }) => [from, to]),
    [0, 1000, 2000, 3000, 4000, 5000, 6000].map((from) => [from, from + 1000]),
  )
  t.same(
    counted.map(({ from, to }) => many.filter((value) => value >= from && value < to).length),
    counted.map(({ count }) => count),
  )
})

tap.test('I8.6 a bar is exact to an eighth of a column, and what is not 0 is seen', async (t) => {
  t.equal(barText(8, 0, 8, 4), '████')
  t.equal(barText(1, 0, 8, 1), '▏')
  t.equal(barText(5, 0, 16, 2), '▋')
  t.equal(barText(0, 0, 8, 4), '')
  t.equal(barText(1e-9, 0, 8, 4), '▏')
  t.equal(barText(0, 0, 0, 4), '')
  t.equal(barText(-4, -4, 4, 4), '██')
  t.equal(barText(-3, -4, 4, 4), '▐█')
  t.equal(barText(4, -4, 4, 4), '  ██')
  for (const room of [2, 4, 77]) {
    for (const value of [-1e308, -1, 0, 1e-300, 1e308]) {
      const bar = barText(value, -1e308, 1e308, room)
      t.ok(bar.length <= room, `${value} in ${room}`)
    }
  }
})

tap.test('I8.6 a chart is as wide as the terminal, and safe to show', async (t) => {
  const bars = [
    { label: '日本語の長い言葉です', value: 12 },
    { label: 'a\x1b[31m\nb\u202e', value: 3 },
    { label: '👩‍👩‍👧‍👧'.repeat(20), value: 1 },
  ]
  const { stringWidth } = await import('string-width').then((module) => ({ stringWidth: module.default }))
  for (const width of [20, 40, 80, 200]) {
    const text = await textOf({ kind: 'bar', bars, withoutNumber: 2 }, width, 5)
    for (const line of text.split('\n')) t.ok(stringWidth(line) <= width, `${width}: ${line}`)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    t.notMatch(text, /[\x00-\x09\x0b-\x1f\u202e]/)
    t.match(text, /2 elements with/)
  }
  const lines = [{ label: 'k', values: [1, undefined, 3, 2] }]
  t.equal(
    await textOf({ kind: 'sparkline', lines, withoutNumber: 0 }, 40),
    't+1s · 1\n  k  2  ▁ █▅                       1 … 3\n\n',
  )
  t.equal(
    await textOf(
      { kind: 'sparkline', lines: [{ values: Array.from({ length: 100 }, () => 5) }], withoutNumber: 0 },
      20,
    ),
    't+1s · 1\n  5  ▄▄▄▄▄▄▄▄  5 … 5\n\n',
    'the last that have room',
  )
})

tap.test('I8.6 the command appends charts in a pipe, without colours', async (t) => {
  const { stdout, code, stderr } = await dstream(
    ['--batch-lines', '2', 'chart', '--rows', '2', '--title', 'sizes'],
    'a\t1\nb\t2\nc\t4\nx\n',
  )
  t.equal(code, 0, stderr)
  t.equal(
    stdout,
    [
      't+1s · sizes · 2',
      `  a  1  ${'█'.repeat(36)}`,
      `  b  2  ${'█'.repeat(72)}`,
      '',
      't+2s · sizes · 2',
      `  c  4  ${'█'.repeat(72)}`,
      '  1 element without a number',
      '',
      '',
    ].join('\n'),
  )
  const refused = await dstream(['demo', 'chart', '--rows', '0'])
  t.equal(refused.code, 2)
  t.match(refused.stderr, /--rows expects 1 or more/)
  const unknown = await dstream(['demo', 'chart', '--kind', 'pie'])
  t.equal(unknown.code, 2)
  t.match(unknown.stderr, /expected --kind=pie to be one of: bar, sparkline, histogram/i)
})

tap.test('I8.6 what is drawn in place makes way for what is written, and comes back', async (t) => {
  const written: string[] = []
  const stream = {
    isTTY: true,
    columns: 80,
    rows: 24,
    write: (text: string) => {
      written.push(text)
      return true
    },
    on: () => {},
    off: () => {},
  } as unknown as NodeJS.WriteStream
  const live = createLive(stream, {})
  await live.show('one\n\n')
  written.length = 0
  live.hide()
  t.match(written.join(''), '\x1b[2K', 'it is erased')
  t.notMatch(written.join(''), 'one')
  live.hide()
  written.length = 0
  live.done()
  t.match(written.join(''), 'one', 'the last one stays')
})
