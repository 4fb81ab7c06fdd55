import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** The lines of all files that were saved below a folder. */
export function textIn(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    if (statSync(path).isDirectory()) return textIn(path)
    if (!name.startsWith('part-')) return []
    return readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
  })
}
