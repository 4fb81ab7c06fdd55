/** Every test that docs/guarantees.md names is there, and every row of its tables names one (issue-6, line 8). */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import tap from 'tap'
import { testNames } from '../scripts/surface-names.ts'

const read = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../${path}`, import.meta.url)), 'utf8')

tap.test('I6.8 each promise names tests, and there they are', async (t) => {
  const rows = read('docs/guarantees.md')
    .split('\n')
    .filter((line) => line.startsWith('|') && !line.startsWith('|---'))
    .map((line) => line.slice(1, -1).split(' | '))
  const heads = rows.filter((row) => row.at(-1)?.trim() === 'held by')
  t.ok(heads.length >= 2, 'tables of promises')
  let named = 0
  for (const row of rows) {
    if (heads.includes(row)) continue
    const cell = row.at(-1) ?? ''
    const files = [...cell.matchAll(/`(test\/[\w./-]+\.test\.ts)`: ((?:`[^`]+`(?:, )?)+)/g)]
    t.ok(files.length > 0, `${row[0]}: ${row[1]}`)
    for (const [, file = '', names = ''] of files) {
      const known = testNames(file, read(file)).map(({ name }) => name)
      for (const [, name = ''] of names.matchAll(/`([^`]+)`/g)) {
        t.ok(known.includes(name), `${file}: ${name}`)
        named += 1
      }
    }
  }
  t.ok(named >= rows.length - heads.length)
})
