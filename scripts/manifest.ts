/**
 * Writes oclif.manifest.json from the built commands, so that oclif need not load them to know them. `--check` writes
 * nothing and fails where the file is stale.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Plugin } from '@oclif/core'

const root = fileURLToPath(new URL('..', import.meta.url))
const path = fileURLToPath(new URL('../oclif.manifest.json', import.meta.url))

const plugin = new Plugin({
  root,
  type: 'core',
  ignoreManifest: true,
  errorOnManifestCreate: true,
  respectNoCacheDefault: true,
})
await plugin.load()
const text = `${JSON.stringify(plugin.manifest, null, 2)}\n`
if (!process.argv.includes('--check')) writeFileSync(path, text)
else if (readFileSync(path, 'utf8') !== text) {
  console.error('oclif.manifest.json is stale, run npm run build')
  process.exitCode = 1
}
