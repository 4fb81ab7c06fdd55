import { idsIn, type NamedTest } from './surface-names.ts'
import { ROWS, type Row } from './surface-rows.ts'

/** How a test has ended, in the run that is looked at. */
export type Outcome = 'passed' | 'failed' | 'not run'

/** The text in TAP that each test file has left, by its path. */
export type Runs = ReadonlyMap<string, string>

/** Return how a test has ended: the worst of all points that have its name. */
export function outcomeOf({ file, name }: NamedTest, runs: Runs): Outcome {
  // The folder of a case is a test of the file that runs them all.
  const text = runs.get(file.startsWith('test/cases/') ? 'test/cases.test.ts' : file) ?? ''
  const wanted = name.replace(/^the examples of /, '')
  const pattern = new RegExp(`^${wanted.split('…').map(escaped).join('.*')}$`)
  const points = [...text.matchAll(/^ *(not ok|ok) \d+ - (.*?)( # (?:time=|SKIP|TODO).*)?$/gm)].filter(
    ([, , point]) => pattern.test((point as string).replaceAll('\\', '').replace(/ \{$/, '')),
  )
  if (points.some(([, ok]) => ok === 'not ok')) return 'failed'
  return points.some(([, , , directive]) => !/SKIP|TODO/.test(directive ?? '')) ? 'passed' : 'not run'
}

function escaped(text: string): string {
  return text.replaceAll('\\', '').replace(/[.*+?^${}()|[\]]/g, '\\$&')
}

/** Return a line per row that has tests, those that have not passed below it, and whether all have. */
export function surfaceResults(
  tests: readonly NamedTest[],
  runs: Runs,
  rows: readonly Row[] = ROWS,
): { readonly text: string; readonly passed: boolean } {
  let passed = true
  const lines = rows.flatMap(({ id }) => {
    const own = tests.filter(({ name }) => idsIn(name).includes(id))
    if (own.length === 0) return []
    const bad = own
      .map((test) => ({ test, outcome: outcomeOf(test, runs) }))
      .filter(({ outcome }) => outcome !== 'passed')
    if (bad.length > 0) passed = false
    return [
      `${id.padEnd(7)} ${own.length - bad.length} of ${own.length} passed`,
      ...bad.map(({ test, outcome }) => `        ${outcome}: ${test.file}: ${test.name}`),
    ]
  })
  return { text: `${lines.join('\n')}\n`, passed }
}
