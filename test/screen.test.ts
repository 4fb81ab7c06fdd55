import fc from 'fast-check'
import stringWidth from 'string-width'
import tap from 'tap'
import { colourLevel, type ScreenStream, terminalWidth } from '../src/cli/screen/colour.ts'
import { countText, timeText } from '../src/cli/screen/figures.ts'
import { clipped, createLive } from '../src/cli/screen/live.ts'
import { createProgress } from '../src/cli/screen/progress.ts'
import { renderTable } from '../src/cli/screen/table.ts'
import { fit, loadWidths } from '../src/cli/screen/text.ts'

const NOON = new Date(2026, 2, 14, 12, 0, 1).getTime()
// biome-ignore lint/suspicious/noControlCharactersInRegex: only colours, and no other sequence, may be left out
const SGR = /\x1b\[[\d;]*m/g

/** The table, after whose first wide character none is a promise. */
function table(...[batch, options]: Parameters<typeof renderTable>): string {
  const text = renderTable(batch, options)
  if (typeof text !== 'string') throw new Error('not loaded')
  return text
}

tap.test('the first text beyond Latin is measured when string-width is there', async (t) => {
  const options = { width: 80, colour: 0 } as const
  const show = (element: string): string | Promise<string> =>
    renderTable({ time: NOON, elements: [element], total: 1 }, options)
  t.type(show('naïve café'), 'string')
  const later = show('日本')
  t.ok(later instanceof Promise)
  t.equal(await later, '12:00:01 · 1\n  value\n  ─────\n  日本\n\n')
  t.type(show('日本'), 'string')
  await loadWidths()
})

/** The screen of a batch of all the given elements, without colours. */
function screen(elements: readonly unknown[], width = 80, total = elements.length): string {
  return table({ time: NOON, elements, total }, { width, colour: 0, interval: 1000 })
}

const record = {
  host: '198.51.100.7',
  method: 'GET',
  path: '/docs/getting-started/windows.html',
  status: 200,
  bytes: 51200,
}

/** What a batch looks like: name, elements, columns, lines. */
const SCREENS: readonly (readonly [string, readonly unknown[], number, readonly string[]])[] = [
  ['no elements', [], 80, ['12:00:01 · 0']],
  [
    'pairs: the tables of short keys stand alike',
    [
      ['to', 2],
      ['question', 10],
    ],
    80,
    [
      '12:00:01 · 2',
      '  key               value',
      '  ───────────────────────',
      '  to                    2',
      '  question             10',
      '',
    ],
  ],
  [
    'pairs on a narrow terminal',
    [['the quality of mercy is not strained, it droppeth', 1234567]],
    40,
    [
      '12:00:01 · 1',
      '  key                              value',
      '  ──────────────────────────────────────',
      '  the quality of mercy is not …  1234567',
      '',
    ],
  ],
  [
    'nested pairs',
    [
      ['a', ['x', null]],
      [
        ['b', 2],
        ['y', 1.5],
      ],
    ],
    80,
    [
      '12:00:01 · 2',
      '  key               value',
      '  ───────────────────────────',
      '  a                 (x, null)',
      '  (b, 2)            (y, 1.5)',
      '',
    ],
  ],
  [
    'groups are lists, also where one of them has two items',
    [
      ['a', [1, 2]],
      ['b', [3]],
    ],
    80,
    [
      '12:00:01 · 2',
      '  key               value',
      '  ───────────────────────',
      '  a                 [1,2]',
      '  b                 [3]',
      '',
    ],
  ],
  [
    'records, fields in order of appearance, the missing blank',
    [
      { user: 'ann', n: 1 },
      { user: 'bob', ok: true },
      { n: null, ok: undefined },
    ],
    80,
    [
      '12:00:01 · 3',
      '  user     n  ok',
      '  ─────────────────────',
      '  ann      1',
      '  bob         true',
      '        null  undefined',
      '',
    ],
  ],
  [
    'records on 80 columns',
    [record],
    80,
    [
      '12:00:01 · 1',
      '  host          method  path                                status  bytes',
      '  ───────────────────────────────────────────────────────────────────────',
      '  198.51.100.7  GET     /docs/getting-started/windows.html     200  51200',
      '',
    ],
  ],
  [
    'records on 40 columns: cut, then dropped',
    [record],
    40,
    [
      '12:00:01 · 1',
      '  host        method  path        status',
      '  ──────────────────────────────────────',
      '  198.51.10…  GET     /docs/get…     200',
      '  … +1 field: bytes',
      '',
    ],
  ],
  [
    'other elements, of any kind',
    [
      'line',
      12,
      null,
      undefined,
      '',
      [1, 'a', [2]],
      { a: { b: 1n } },
      ['k', 1],
      new Map([['m', new Set([1])]]),
    ],
    80,
    [
      '12:00:01 · 9',
      '  value',
      '  ─────────────',
      '  line',
      '  12',
      '  null',
      '  undefined',
      '  ""',
      '  [1,"a",[2]]',
      '  {"a":{"b":1}}',
      '  ["k",1]',
      '  {"m":[1]}',
      '',
    ],
  ],
  [
    'wide characters, emoji, combining marks',
    [
      ['日本語', 1],
      ['👩‍👩‍👧‍👦🇺🇦👍🏽', 2],
      ['cafe\u0301', 3],
      ['日本語'.repeat(10), 4],
    ],
    40,
    [
      '12:00:01 · 4',
      '  key                              value',
      '  ──────────────────────────────────────',
      '  日本語                               1',
      '  👩‍👩‍👧‍👦🇺🇦👍🏽                               2',
      '  cafe\u0301                                 3',
      '  日本語日本語日本語日本語日本語…      4',
      '',
    ],
  ],
  [
    'nothing in the data drives the terminal',
    ['\x1b[2J\x1b]0;title\x07', 'a\tb\r\nc\0', '\x9b31m', 'abc\u202edcba\u2066', '\u{e0041}\ud800\u2028'],
    80,
    [
      '12:00:01 · 5',
      '  value',
      '  ───────────────────────',
      '  \\x1b[2J\\x1b]0;title\\x07',
      '  a\\tb\\r\\nc\\x00',
      '  \\x9b31m',
      '  abc\\u202edcba\\u2066',
      '  \\u{e0041}\\ud800\\u2028',
      '',
    ],
  ],
]

for (const [name, elements, width, lines] of SCREENS) {
  tap.test(name, async (t) => {
    t.same(screen(elements, width).split('\n'), [...lines, ''])
  })
}

tap.test('a value of 200 columns is cut to the terminal', async (t) => {
  const line = screen(['x'.repeat(200)]).split('\n')[3]
  t.equal(line, `  ${'x'.repeat(77)}…`)
})

tap.test('heading: count, title and time', async (t) => {
  const heading = (title: string, total: number, time: number, interval: number): string | undefined => {
    const batch = { time, elements: ['a'], total, title }
    return table(batch, { width: 80, colour: 0, interval }).split('\n')[0]
  }
  t.equal(heading('words', 4213, NOON, 1000), '12:00:01 · words · 1 of 4,213')
  t.equal(heading('a\nb', 1, NOON + 250, 250), '12:00:01.250 · a\\nb · 1')
  t.equal(heading('words', 1, 3000, 1000), 't+3s · words · 1')
  t.same(
    [0, 1000, 1500, 86_399_000].map((time) => timeText(time)),
    ['t+0s', 't+1s', 't+1.5s', 't+86399s'],
  )
  t.same([0, 999, 1000, 1234567].map(countText), ['0', '999', '1,000', '1,234,567'])
})

tap.test('colours mean something', async (t) => {
  const batch = {
    time: NOON,
    elements: [
      ['a\tb', 1],
      ['c', null],
    ],
    total: 3,
  }
  const text = table(batch, { width: 80, colour: 1, interval: 1000 })
  t.match(text, '\x1b[2m12:00:01\x1b[22m', 'the time is dim')
  t.match(text, 'of \x1b[1m3\x1b[22m', 'the count is bold')
  t.match(text, '  a\x1b[2m\\t\x1b[22mb', 'keys are plain, what is spelled is dim')
  t.match(text, '\x1b[36m1\x1b[39m', 'numbers are cyan')
  t.match(text, '\x1b[2mnull\x1b[22m', 'what is absent is dim')
  t.equal(text.replace(SGR, ''), table(batch, { width: 80, colour: 0, interval: 1000 }))
})

tap.test('values too large, too deep, circular or of unknown kinds', async (t) => {
  const circle: unknown[] = [1]
  circle.push(circle, circle)
  let deep: unknown = 1
  for (let level = 0; level < 5000; level++) deep = [deep]
  const lines = screen([
    'y'.repeat(5_000_000),
    `a${'\u0301'.repeat(5000)}`,
    circle,
    deep,
    Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`f${n}`, n])),
    new Date(0),
    new Date(Number.NaN),
    new Error('no'),
    new Uint8Array([1, 2]),
    Symbol('s'),
    () => 1,
    -0,
  ]).split('\n')
  t.equal(lines[5], '  [1,…,…]')
  t.same(lines.slice(8, 14), [
    '  1970-01-01T00:00:00.000Z',
    '  Invalid Date',
    '  Error: no',
    '  [1,2]',
    '  Symbol(s)',
    '  function',
  ])
  t.ok(lines.every((line) => line.length < 200))
  t.match(
    screen([Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`f${n}`, n]))]),
    '… +4982 fields: f18, f19, ',
  )
})

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.string({ maxLength: 250 }),
  fc.constantFrom(
    '日本語'.repeat(40),
    '👩‍👩‍👧‍👦'.repeat(30),
    'e\u0301'.repeat(90),
    '\u0301',
    '\u200b',
    '\x1b[31m',
    '\ud800',
    '\u0600',
  ),
)
const anyValue = fc.oneof(
  anyText,
  fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true }),
)
const anyBatch = fc.oneof(
  fc.array(fc.tuple(anyText, fc.oneof(fc.integer(), fc.double(), anyValue)), { maxLength: 8 }),
  fc.array(fc.dictionary(anyText, anyValue, { maxKeys: 30 }), { maxLength: 5 }),
  fc.array(anyValue, { maxLength: 8 }),
)

tap.test('no line is ever wider than the terminal, nor does it hold a control character', async (t) => {
  const sizes = fc.integer({ min: 20, max: 220 })
  fc.assert(
    fc.property(anyBatch, sizes, anyText, fc.constantFrom(0, 1), (elements, width, title, colour) => {
      const batch = { time: NOON, elements, total: elements.length + 1000, title }
      const text = table(batch, { width, colour: colour as 0 | 1, interval: 100 })
      const bare = colour === 0 ? text : text.replace(SGR, '')
      if (/[^\n\P{Cc}]|[\p{Bidi_Control}\u2028\u2029\p{Cs}]/u.test(bare))
        throw new Error(JSON.stringify(bare))
      // As every terminal does, and string-width does not, emoji are taken for text where no selector follows.
      for (const line of bare.replace(/(?!\p{Emoji_Presentation})\p{Emoji}(?!\ufe0f)/gu, '.').split('\n')) {
        if (stringWidth(line) > width)
          throw new Error(`${stringWidth(line)} > ${width}: ${JSON.stringify(line)}`)
      }
      const extra = elements.length === 0 ? 1 : 3
      const lines = bare.trimEnd().split('\n').length
      return lines >= 1 && lines <= elements.length + extra + 1
    }),
    { numRuns: 1500 },
  )
  t.pass()
})

tap.test('a text is cut between graphemes', async (t) => {
  const texts = (text: string, room: number): string =>
    fit(text, room)
      .runs.map((run) => run.text)
      .join('')
  t.equal(texts('日本語', 6), '日本語')
  t.equal(texts('日本語', 5), '日本…')
  t.equal(texts('日本語', 4), '日…')
  t.equal(texts('👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 3), '👩‍👩‍👧‍👦…')
  t.equal(texts('e\u0301e\u0301e\u0301', 2), 'e\u0301…')
  for (const [text, width] of [
    ['™', 1],
    ['❤', 1],
    ['❤\ufe0f', 2],
    ['🌡', 1],
    ['㊗', 2],
    ['⌚', 2],
    ['กำ', 2],
    ['நி', 2],
    ['ｶﾞ', 2],
    ['각', 2],
  ] as const) {
    t.equal(fit(text, 80).width, width, text)
  }
  t.equal(texts('a\x1bb', 4), 'a…', 'what is spelled is not divided')
  t.equal(
    texts('🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}', 2),
    '🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}',
  )
})

tap.test('colours and width of a stream', async (t) => {
  const terminal = { isTTY: true, columns: 132 }
  const levels: readonly (readonly [ScreenStream, Record<string, string>, number])[] = [
    [terminal, {}, 1],
    [terminal, { TERM: 'xterm' }, 1],
    [terminal, { TERM: 'xterm-256color' }, 2],
    [terminal, { TERM: 'xterm-256color', COLORTERM: 'truecolor' }, 3],
    [terminal, { TERM: 'dumb', COLORTERM: 'truecolor' }, 0],
    [terminal, { NO_COLOR: '1' }, 0],
    [terminal, { NO_COLOR: '' }, 1],
    [terminal, { FORCE_COLOR: '0' }, 0],
    [terminal, { FORCE_COLOR: 'false' }, 0],
    [{}, { TERM: 'xterm-256color' }, 0],
    [{}, { FORCE_COLOR: '1' }, 1],
    [{}, { FORCE_COLOR: 'true', TERM: 'dumb' }, 1],
    [{}, { FORCE_COLOR: '3', NO_COLOR: '1' }, 3],
  ]
  for (const [stream, env, level] of levels) t.equal(colourLevel(stream, env), level, JSON.stringify(env))
  t.equal(terminalWidth(terminal, { COLUMNS: '60' }), 132)
  t.equal(terminalWidth({ isTTY: true, columns: 0 }, { COLUMNS: '60' }), 60)
  t.equal(terminalWidth({}, { COLUMNS: 'wide' }), 80)
  t.equal(terminalWidth({}, { COLUMNS: '-5' }), 20)
  t.equal(terminalWidth({ columns: 3 }, {}), 20)
})

/** A stream that keeps what is written to it. */
function recorder(properties: ScreenStream): { stream: NodeJS.WriteStream; written: string[] } {
  const written: string[] = []
  const write = (text: string): boolean => written.push(text) > 0
  return { stream: { ...properties, write } as unknown as NodeJS.WriteStream, written }
}

tap.test('progress: one line, which leaves before a result is written', async (t) => {
  const state = { rowsPerSecond: 12345.4, batches: 42, lagMilliseconds: 12.3, received: 1234567 }
  const { stream, written } = recorder({ isTTY: true, columns: 80 })
  const progress = createProgress(stream, { after: 1, env: { NO_COLOR: '1' } })
  progress.update(state)
  progress.clear()
  t.same(written, [], 'nothing before its time, and nothing to take away')
  progress.update(state)
  progress.update({ ...state, lagMilliseconds: 12_345 })
  progress.clear()
  progress.clear()
  t.same(written, ['\r\x1b[2K⠹ 12,345 rows/s · 42 batches · lag 12 s · 1,234,567 rows', '\r\x1b[2K'])

  const narrow = recorder({ isTTY: true, columns: 40 })
  createProgress(narrow.stream, { env: { NO_COLOR: '1' } }).update(state)
  t.same(narrow.written, ['\r\x1b[2K⠙ 12,345 rows/s · 42 batches'])

  for (const [properties, env] of [
    [{ isTTY: false }, {}],
    [{ isTTY: true }, { TERM: 'dumb' }],
  ] as const) {
    const silent = recorder(properties)
    const none = createProgress(silent.stream, { env })
    none.update(state)
    none.clear()
    t.same(silent.written, [])
  }
})

tap.test('live: drawn in place on a terminal, one after the other elsewhere', async (t) => {
  const plain = recorder({ isTTY: false })
  const scrolling = createLive(plain.stream, {})
  scrolling.show('one\n\n')
  scrolling.show('two\n\n')
  scrolling.done()
  t.same(plain.written, ['one\n\n', 'two\n\n'])

  const terminal = recorder({ isTTY: true, columns: 80, rows: 24 })
  const live = createLive(terminal.stream, {})
  const first = live.show('one\n\n')
  await live.show('two\n\n')
  await first
  t.equal(live.show('three\n\n'), undefined)
  live.done()
  const all = terminal.written.join('')
  t.notMatch(all, 'one', 'only the latest of those that wait is drawn')
  t.ok(all.indexOf('\x1b[2K') > all.indexOf('two') && all.indexOf('three\n') > all.indexOf('\x1b[2K'))

  const short = recorder({ isTTY: true, columns: 80, rows: 24 })
  const ended = createLive(short.stream, {})
  ended.show('last\n\n')
  ended.done()
  t.same(short.written, ['last\n'], 'a run may end before log-update is there')
})

tap.test('live: a long table keeps its head', async (t) => {
  const text = `${Array.from({ length: 30 }, (_, n) => `line ${n}`).join('\n')}\n\n`
  t.same(clipped(text, 5).split('\n'), ['line 0', 'line 1', 'line 2', '  … 27 more lines'])
  t.equal(clipped('a\nb\n', 3), 'a\nb')
  t.equal(clipped(text, 0).split('\n').length, 23)
})
