import { readFileSync } from 'node:fs'
import * as nodeModule from 'node:module'
import { fileURLToPath } from 'node:url'

/** Return TypeScript with its types blanked out, so that lines and columns stay. Throws on what cannot be erased. */
export async function stripTypes(source: string): Promise<string> {
  const { transformSync } = await import('amaro')
  return transformSync(source, { mode: 'strip-only' }).code
}

let registered = false

/** Let `import()` load `.ts` files, where Node itself does not. */
export async function registerTypeScript(): Promise<void> {
  if (registered || (process.features as { typescript?: unknown }).typescript) return
  registered = true
  nodeModule.register(new URL('./typescript-hooks.js', import.meta.url))
}

/** Node's loader hook: a `.ts` file is a module whose types are erased. */
export async function load(
  url: string,
  context: unknown,
  next: (url: string, context: unknown) => Promise<unknown>,
): Promise<unknown> {
  if (!/^file:.*\.[mc]?ts$/.test(url)) return next(url, context)
  const source = await stripTypes(readFileSync(fileURLToPath(url), 'utf8'))
  return { format: url.endsWith('.cts') ? 'commonjs' : 'module', source, shortCircuit: true }
}
