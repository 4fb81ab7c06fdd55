/** The table of Spark's surface, from the names of the tests. */
import tap from 'tap'
import { idsIn, testNames } from '../scripts/surface-names.ts'
import { surfacePage } from '../scripts/surface-page.ts'
import { surfaceResults } from '../scripts/surface-results.ts'
import { operatorTestName, ROWS } from '../scripts/surface-rows.ts'

tap.test('ids are found wherever they stand in a name', async (t) => {
  for (const [name, ids] of [
    ['D12 countByValueAndWindow drops keys', ['D12']],
    ['C8: lines of any end', ['C8']],
    ['whole batches (D5, D6, D7)', ['D5', 'D6', 'D7']],
    ['P4 P5/P9 and P10', ['P4', 'P5', 'P9', 'P10']],
    ['D1–D4, C1-C3, P6-8', ['D1', 'D2', 'D3', 'D4', 'C1', 'C2', 'C3', 'P6', 'P7', 'P8']],
    ['A5, A6, A9, A12-4, A12-14: programs', ['A5', 'A6', 'A9', 'A12-4', 'A12-14']],
    ['spark-format-more-A5-D15', ['A5', 'D15']],
    ['P4 twice (P4)', ['P4']],
    ['A6 receiver.maxRate bounds', ['A6']],
    ['asks-8, A12, A7, SD5, D5x, RFC 7464, UTF8, 3D1, v.D1', []],
  ] as const)
    t.strictSame(idsIn(name), ids, name)
})

tap.test('names are read from calls, whatever the quotes and the object', async (t) => {
  const text = `
    import tap, { test } from 'tap'
    tap.test('D1 one', async (t) => { t.test("D2 two", () => {}) })
    test(\`D3
      three\`, () => {})
    for (const name of names) t.test(\`D4 \${name} four\`, { skip: true }, () => {})
    t.test('D5 ' + 'five', () => {})
    t.test(name, () => {})
    /a/.test(text)
    // t.test('D6 six')
  `
  t.strictSame(
    testNames('a.test.ts', text).map(({ name }) => name),
    ['D1 one', 'D2 two', 'D3 three', 'D4 … four', 'D5 five'],
  )
})

tap.test('the page says of each row what proves it, or why nothing does', async (t) => {
  const base = { group: 'Group', name: 'name', form: '`a | b`' }
  const rows = [
    { ...base, id: 'D1' },
    { ...base, id: 'D2' },
    { ...base, id: 'D3', later: 'cluster' as const },
    { ...base, id: 'D4', reason: 'no jars' },
    { ...base, id: 'A6' },
    { ...base, id: 'A6 unpersist' },
    { ...base, id: 'A6 receiver.maxRate' },
  ]
  const tests = [
    { file: 'test/a.test.ts', name: 'D1 is `a | b`' },
    { file: 'test/a.test.ts', name: 'A6 receiver.maxRate' },
    { file: 'test/b.test.ts', name: 'also D1' },
    { file: 'test/b.test.ts', name: 'D9 is none' },
  ]
  const { text, unknown } = surfacePage(tests, rows)
  t.match(
    text,
    '7 rows: 3 with tests, 1 that come with what is still to be built, 1 that have no sense here, 2 without',
  )
  t.match(text, '2 without a test (D2, A6 unpersist).\n')
  const lines = [
    "| D1 | name | `a \\| b` | [test/a.test.ts](../test/a.test.ts): `D1 is 'a \\| b'`<br>[test/b.test.ts](../test/b.test.ts): `also D1` |",
    '| D2 | name | `a \\| b` | no test yet |',
    '| D3 | name | `a \\| b` | later: cluster |',
    '| D4 | name | `a \\| b` | not there: no jars |',
    '| unpersist | name | `a \\| b` | no test yet |',
    '| receiver.maxRate | name | `a \\| b` | [test/a.test.ts](../test/a.test.ts): `A6 receiver.maxRate` |',
  ]
  for (const line of lines) t.ok(text.includes(`${line}\n`), line)
  t.strictSame(unknown, [{ file: 'test/b.test.ts', name: 'D9 is none' }])
})

tap.test('results are those of the last run', async (t) => {
  const tap = [
    'TAP version 14',
    '# Subtest: D1 is [a]',
    '    ok 1 - should be equal',
    'ok 1 - D1 is [a] # time=3.1ms',
    'not ok 2 - D2 fails # time=1ms',
    'ok 3 - D3 is skipped # SKIP no nc here',
    'ok 4 - D4 one four # time=1ms',
    'not ok 5 - D4 two four',
    'ok 6 - union (C15) # time=1ms',
  ]
  const file = 'test/a.test.ts'
  const tests = [
    'D1 is [a]',
    'D2 fails',
    'D3 is skipped',
    'D4 … four',
    'D5 is new',
    'the examples of union (C15)',
  ]
  const named = [...tests.map((name) => ({ file, name })), { file: 'test/cases/x-D1', name: 'x-D1' }]
  const base = { group: 'Group', name: 'name', form: 'form' }
  const rows = ['C15', 'D1', 'D2', 'D3', 'D4', 'D5', 'D6'].map((id) => ({ ...base, id }))
  const runs = new Map([
    [file, tap.join('\n')],
    ['test/cases.test.ts', '    ok 1 - x-D1 # time=3ms'],
  ])
  const { text, passed } = surfaceResults(named, runs, rows)
  t.equal(passed, false)
  t.equal(
    text,
    [
      'C15     1 of 1 passed',
      'D1      2 of 2 passed',
      'D2      0 of 1 passed',
      '        failed: test/a.test.ts: D2 fails',
      'D3      0 of 1 passed',
      '        not run: test/a.test.ts: D3 is skipped',
      'D4      0 of 1 passed',
      '        failed: test/a.test.ts: D4 … four',
      'D5      0 of 1 passed',
      '        not run: test/a.test.ts: D5 is new',
      '',
    ].join('\n'),
  )
  t.ok(surfaceResults(named, runs, rows.slice(0, 2)).passed)
})

tap.test('no row of the surface is missing, and none stands twice', async (t) => {
  const counts = { C: 21, D: 18, P: 11, S: 9, F: 10, U: 8, M: 6, G: 9, 'A12-': 18 }
  const expected = Object.entries(counts).flatMap(([letter, count]) =>
    Array.from({ length: count }, (_, index) => `${letter}${index + 1}`),
  )
  const ids = ROWS.map(({ id }) => id)
  t.strictSame(
    [...expected, 'A5', 'A6', 'A9'].filter((id) => !ids.includes(id)),
    [],
  )
  t.equal(new Set(ids).size, ids.length)
  for (const { id } of ROWS) t.ok(idsIn(id).length === 1, id)
  t.equal(operatorTestName('union'), 'union (C15, D4)')
  t.equal(operatorTestName('top'), 'top')
})
