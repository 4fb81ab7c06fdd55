/**
 * Leaves out of dist/ the declarations that nobody who imports dstream can reach: the compiler writes those of the whole
 * engine, nine of ten of which a program never sees.
 */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

const IMPORTS = /(?:from|import|import\()\s*['"](\.[^'"]+)['"]/g

const reached = new Set<string>()

function reach(path: string): void {
  if (reached.has(path)) return
  reached.add(path)
  for (const [, target = ''] of readFileSync(path, 'utf8').matchAll(IMPORTS)) {
    const file = normalize(join(dirname(path), target)).replace(/(\.d)?\.(ts|js)$/, '.d.ts')
    if (existsSync(file)) reach(file)
  }
}

reach(normalize('dist/index.d.ts'))
for (const name of readdirSync('dist', { recursive: true, encoding: 'utf8' })) {
  const path = join('dist', name)
  if (name.endsWith('.d.ts') && !reached.has(path)) rmSync(path)
}
