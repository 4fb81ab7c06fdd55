/** dstream as a library, from the tree that is measured: the bundle, as users have it. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ROOT } from '../settings.ts'

/** What `import 'dstream'` gives. */
export type Library = typeof import('../../src/index.ts')

/** Load the bundled library. */
export function library(): Promise<Library> {
  return import(pathToFileURL(join(ROOT, 'dist/index.js')).href) as Promise<Library>
}
