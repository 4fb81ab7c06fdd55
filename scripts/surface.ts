/**
 * Writes docs/surface.md: every row of Spark's surface with the tests whose names carry its id. `--check` writes nothing
 * and fails where the page is stale, or where a test carries an id that is no row's. `--results` says how the tests of
 * each row ended in the last run of tap, and fails where one has not passed.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { operators } from '../src/engine/operators/registry.ts'
import { idsIn, type NamedTest, testNames } from './surface-names.ts'
import { surfacePage } from './surface-page.ts'
import { surfaceResults } from './surface-results.ts'
import { operatorTestName } from './surface-rows.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const PAGE = 'docs/surface.md'

function filesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`
      return entry.isDirectory()
        ? path === 'test/cases'
          ? []
          : filesIn(path)
        : path.endsWith('.ts')
          ? [path]
          : []
    })
    .sort()
}

const tests: NamedTest[] = [
  ...filesIn('test').flatMap((file) => testNames(file, readFileSync(join(root, file), 'utf8'))),
  ...readdirSync(join(root, 'test/cases'))
    .sort()
    .map((name) => ({ file: `test/cases/${name}`, name })),
  ...operators.map(({ name }) => ({
    file: 'test/operators.test.ts',
    name: `the examples of ${operatorTestName(name)}`,
  })),
].filter(({ name }) => idsIn(name).length > 0)

const RESULTS = '.tap/test-results'

/** What the last run of each test file has left. */
function lastRuns(): Map<string, string> {
  const files = readdirSync(join(root, RESULTS, 'test')).filter((name) => name.endsWith('.tap'))
  return new Map(
    files.map((name) => [
      `test/${name.slice(0, -'.tap'.length)}`,
      readFileSync(join(root, RESULTS, 'test', name), 'utf8'),
    ]),
  )
}

if (process.argv.includes('--results')) {
  const { text, passed } = surfaceResults(tests, lastRuns())
  process.stdout.write(text)
  process.exit(passed ? 0 : 1)
}

const { text, unknown } = surfacePage(tests)
for (const { file, name } of unknown) console.error(`${file}: no row has the id of '${name}'`)
const isStale = (() => {
  try {
    return readFileSync(join(root, PAGE), 'utf8') !== text
  } catch {
    return true
  }
})()
if (!process.argv.includes('--check')) {
  if (isStale) {
    writeFileSync(join(root, PAGE), text)
    console.log(`wrote ${PAGE}`)
  }
} else if (isStale) console.error(`stale, run npm run surface:\n  ${PAGE}`)
if (unknown.length > 0 || (isStale && process.argv.includes('--check'))) process.exitCode = 1
