/**
 * Writes what follows from the records: the registries, a two-line command file per subcommand, the reference pages and
 * oclif's manifest. (Shell completions are made when they are asked for.) `--check` writes nothing and fails where
 * something is stale.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { Plugin } from '@oclif/core'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const check = process.argv.includes('--check')
const stale: string[] = []

interface Found {
  readonly file: string
  readonly constant: string
  readonly record: { readonly name: string; readonly category: string; readonly internal?: true }
}

/** Return the one record that each file of a folder exports, in order of name. */
async function recordsIn(folder: string): Promise<Found[]> {
  const directory = join(root, 'src/engine', folder)
  const found: Found[] = []
  for (const file of readdirSync(directory).sort()) {
    if (!file.endsWith('.ts') || file === 'record.ts' || file === 'registry.ts') continue
    const module = (await import(pathToFileURL(join(directory, file)).href)) as Record<
      string,
      Found['record']
    >
    for (const [constant, record] of Object.entries(module)) {
      if (typeof record === 'object' && record !== null && 'category' in record)
        found.push({ file, constant, record })
    }
  }
  return found.sort((a, b) => (a.record.name < b.record.name ? -1 : 1))
}

/** Write a generated file, or note that it is stale. */
export function put(path: string, text: string): void {
  const target = join(root, path)
  let old: string | undefined
  try {
    old = readFileSync(target, 'utf8')
  } catch {
    old = undefined
  }
  if (old === text) return
  if (check) stale.push(path)
  else {
    mkdirSync(join(target, '..'), { recursive: true })
    writeFileSync(target, text)
    console.log(`wrote ${path}`)
  }
}

const GENERATED = '// Written by `npm run generate` from the records in this folder; do not edit.\n'

function registry(folder: string, type: string, found: readonly Found[]): void {
  const imports = found.map(({ file, constant }) => ({
    file,
    line: `import { ${constant} } from './${file}'\n`,
  }))
  imports.push({ file: 'record.ts', line: `import type { ${type} } from './record.ts'\n` })
  imports.sort((a, b) => (a.file < b.file ? -1 : 1))
  const list = found.map(({ constant }) => `  ${constant},\n`).join('')
  const summary = `/** Every record of \`${folder}/\`, in order of its name. */\n`
  put(
    `src/engine/${folder}/registry.ts`,
    `${GENERATED}${imports.map(({ line }) => line).join('')}\n${summary}export const ${folder}: readonly ${type}[] = [\n${list}]\n`,
  )
}

const operators = await recordsIn('operators')
const sources = await recordsIn('sources')
const outputs = await recordsIn('outputs')
registry('operators', 'OperatorRecord', operators)
registry('sources', 'SourceRecord', sources)
registry('outputs', 'OutputRecord', outputs)

const methods = ['operators', 'outputs'].flatMap((folder) =>
  readdirSync(join(root, 'src/engine', folder))
    .filter((file) => file.endsWith('.ts') && file !== 'record.ts' && file !== 'registry.ts')
    // An output that only the engine adds has no method.
    .filter((file) => readFileSync(join(root, 'src/engine', folder, file), 'utf8').includes('declare module'))
    .sort()
    .map((file) => `import '../${folder}/${file}'\n`),
)
put(
  'src/engine/stream/methods.ts',
  `// Written by \`npm run generate\`: the files that give DStream its methods, imported for their types, which a\n// declaration file would leave out otherwise.\n${methods.join('')}`,
)

const commands = [...operators, ...sources, ...outputs].filter(({ record }) => record.internal !== true)
const written = [
  'operators.ts',
  'functions.ts',
  'completion.ts',
  'test.ts',
  'replay.ts',
  'resume.ts',
  'state.ts',
  'ask.ts',
]
for (const { record } of commands) {
  written.push(`${record.name}.ts`)
  put(
    `src/commands/${record.name}.ts`,
    `import { pipelineCommand } from '../cli/command.ts'\nexport default pipelineCommand('${record.name}')\n`,
  )
}
for (const file of readdirSync(join(root, 'src/commands'))) {
  if (written.includes(file)) continue
  if (check) stale.push(`src/commands/${file}`)
  else rmSync(join(root, 'src/commands', file))
}

// Loaded only now: the pages read the registries that were written above.
const reference = await import('./reference.ts')
for (const [path, text] of reference.pages()) put(`docs/reference/${path}`, text)
put('docs/configuration.md', (await import('./configuration.ts')).configurationPage())
put('oclif.manifest.json', await manifest())

/**
 * Return oclif's manifest, from the commands as they are in src/: bundled into a package of their own, so that neither
 * an old dist/ nor an old manifest can leave a command out.
 */
async function manifest(): Promise<string> {
  // Inside node_modules, so that the bundles find their libraries.
  const folder = join(root, 'node_modules/.cache/dstream-manifest', String(process.pid))
  mkdirSync(folder, { recursive: true })
  try {
    cpSync(join(root, 'package.json'), join(folder, 'package.json'))
    await build({
      // Named one by one, so that shared chunks lie beside commands/ and are not taken for commands.
      entryPoints: written.map((file) => ({
        in: join(root, 'src/commands', file),
        out: `commands/${file.slice(0, -'.ts'.length)}`,
      })),
      outdir: join(folder, 'dist'),
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      packages: 'external',
      logLevel: 'warning',
    })
    const plugin = new Plugin({
      // oclif writes paths as they are relative to this, after links are resolved.
      root: realpathSync(folder),
      type: 'core',
      ignoreManifest: true,
      errorOnManifestCreate: true,
      respectNoCacheDefault: true,
    })
    await plugin.load()
    return `${JSON.stringify(plugin.manifest, null, 2)}\n`
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

if (stale.length > 0) {
  console.error(`stale, run npm run generate:\n${stale.map((path) => `  ${path}`).join('\n')}`)
  process.exitCode = 1
}
