import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { WebServer } from './web-server.ts'

const TYPES: Readonly<Record<string, string>> = { css: 'text/css', js: 'text/javascript' }

/**
 * Serve the scripts and styles that the build made of `src/ui/browser/`, at `/assets/NAME`. They are read once, and
 * kept.
 */
export function serveAssets(server: WebServer): void {
  const folder = assetFolder()
  // What is asked for is compared with names, and never part of a path.
  for (const name of readdirSync(folder)) {
    const type = TYPES[name.replace(/^.*\./, '')]
    if (type === undefined) continue
    const body = readFileSync(join(folder, name))
    server.get(`/assets/${name}`, () => ({ type, body }))
  }
}

/** `dist/browser`, found from the bundles inside `dist` and from the sources. */
function assetFolder(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    for (const candidate of [join(folder, 'browser'), join(folder, 'dist', 'browser')])
      if (existsSync(candidate) && !existsSync(join(candidate, 'shared'))) return candidate
    if (folder === dirname(folder)) throw new Error('the pages are not built: npm run bundle')
  }
}
