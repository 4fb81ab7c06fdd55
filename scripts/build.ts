/**
 * Builds dist/: one bundle per entry with shared chunks, so that a command loads few files, and the declarations of the
 * API. Libraries that a first batch needs are bundled; all others stay imports.
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { parse } from 'acorn'
import { type BuildOptions, build, type Plugin, transform } from 'esbuild'
import { compileKernels } from './kernels.ts'
import { notices } from './notices.ts'

await compileKernels()

rmSync('dist', { recursive: true, force: true })

const manifest: { readonly peerDependencies: Readonly<Record<string, string>> } = JSON.parse(
  readFileSync('package.json', 'utf8'),
)

const commands = readdirSync('src/commands').map((file) => `src/commands/${file}`)

/** Modules that oclif's parser imports and a chain never calls, with what stands for them. */
const UNUSED: Readonly<Record<string, string>> = {
  './handle': 'exports.Exit = {}; exports.handle = (error) => { throw error }',
  './help': 'exports.flagUsages = () => ""',
  debug: 'module.exports = () => Object.assign(() => {}, { enabled: false })',
}

/**
 * oclif's parser imports oclif's error handler and help, and through them spinners, a template engine and a logger:
 * a third of the start-up time of a chain, which needs none of them. Help and lists run oclif unbundled and whole.
 */
const parserAlone: Plugin = {
  name: 'parser-alone',
  setup(build) {
    build.onResolve({ filter: /^(\.\/handle|\.\/help|debug)$/ }, ({ path, importer }) =>
      /@oclif[\\/]core[\\/]lib/.test(importer) ? { path, namespace: 'unused' } : undefined,
    )
    build.onLoad({ filter: /.*/, namespace: 'unused' }, ({ path }) => ({
      contents: UNUSED[path] ?? '',
      loader: 'js',
    }))
  },
}

/** The sketches can be written as protocol buffers, which needs a package that is not installed; nothing here does so. */
const sketchesAlone: Plugin = {
  name: 'sketches-alone',
  setup(build) {
    build.onResolve({ filter: /\/proto\/compiled$/ }, ({ importer }) =>
      importer.includes('sketches-js') ? { path: 'proto', namespace: 'no-proto' } : undefined,
    )
    build.onLoad({ filter: /.*/, namespace: 'no-proto' }, () => ({ contents: '', loader: 'js' }))
  },
}

/** Descriptions and examples of stages are for help and tests, which other bundles answer: a chain does not read them. */
const withoutHelp: Plugin = {
  name: 'without-help',
  setup(build) {
    build.onLoad(
      { filter: /src[\\/](engine[\\/](operators|outputs|sources)|functions)[\\/][\w-]+\.ts$/ },
      async ({ path }) => {
        const { code } = await transform(readFileSync(path, 'utf8'), { loader: 'ts', target: 'node20' })
        const tree = parse(code, { ecmaVersion: 'latest', sourceType: 'module' })
        const parts: (readonly [start: number, end: number])[] = []
        for (const statement of tree.body) {
          const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : undefined
          const made =
            declaration?.type === 'VariableDeclaration' ? declaration.declarations[0]?.init : undefined
          const record = made?.type === 'CallExpression' ? made.arguments[0] : made
          for (const property of record?.type === 'ObjectExpression' ? record.properties : [])
            if (property.type === 'Property' && property.key.type === 'Identifier') {
              const { name } = property.key
              if (name === 'description' || name === 'examples')
                parts.unshift([property.value.start, property.value.end])
            }
        }
        let contents = code
        for (const [start, end] of parts) contents = `${contents.slice(0, start)}[]${contents.slice(end)}`
        return { contents, loader: 'js' }
      },
    )
  },
}

const shared: BuildOptions = {
  bundle: true,
  minifySyntax: true,
  minifyIdentifiers: true,
  minifyWhitespace: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  legalComments: 'none',
  alias: { 'node:process': './scripts/process.ts', process: './scripts/process.ts' },
  external: [
    'typescript',
    'amaro',
    '@oclif/core/run',
    '@oclif/core/help',
    ...Object.keys(manifest.peerDependencies),
  ],
  // CommonJS libraries inside an ECMAScript bundle still call require for Node's own modules.
  banner: {
    js: "import{createRequire as $require}from'node:module';const require=$require(import.meta.url);",
  },
  logLevel: 'warning',
  metafile: true,
}

/** Libraries that a chain loads only when it uses them: bundled once, for chains and programs. */
const LIBRARIES_APART = ['eventsource-parser', 'fzstd', 'log-update']

/** What is no chain is answered by the other bundles, and the parser of functions is needed by those that hold one. */
const rareApart: Plugin = {
  name: 'rare-apart',
  setup(build) {
    build.onResolve({ filter: /^\.\/oclif\.ts$/ }, () => ({ path: './cli/oclif.js', external: true }))
    build.onResolve({ filter: /codegen\/analyse\.ts$/ }, () => ({ path: './analyse.js', external: true }))
    build.onResolve({ filter: /\/quantile-bins\.ts$/ }, () => ({
      path: './quantile-bins.js',
      external: true,
    }))
    build.onResolve({ filter: new RegExp(`^(${LIBRARIES_APART.join('|')})$`) }, ({ path }) => ({
      path: `./${path}.js`,
      external: true,
    }))
    build.onResolve({ filter: /plan\/chain\.ts$/ }, () => ({ path: './chain.js', external: true }))
    build.onResolve({ filter: /\/ui\/\w+\/(page|report-metrics)\.ts$/ }, ({ path }) => ({
      path: `./ui/${/(\w+\/[\w-]+)\.ts$/.exec(path)?.[1]}.js`,
      external: true,
    }))
  },
}

// A chain is one file: finding and linking a module costs more than parsing what it holds.
const chain = await build({
  ...shared,
  plugins: [parserAlone, rareApart, withoutHelp],
  entryPoints: [{ in: 'src/cli/main.ts', out: 'main' }],
  outdir: 'dist',
})
const worker = await build({
  ...shared,
  plugins: [rareApart, withoutHelp],
  entryPoints: [{ in: 'src/engine/masters/worker.ts', out: 'worker' }],
  outdir: 'dist',
})
const others = await build({
  ...shared,
  plugins: [parserAlone, sketchesAlone],
  entryPoints: [
    ...['src/index.ts', 'src/cli/oclif.ts', 'src/cli/help.ts', ...commands].map((file) => ({
      in: file,
      out: file.slice('src/'.length, -'.ts'.length),
    })),
    { in: 'src/engine/codegen/analyse.ts', out: 'analyse' },
    { in: 'src/engine/plan/chain.ts', out: 'chain' },
    ...['streaming/page', 'dashboard/page', 'metrics/report-metrics'].map((page) => ({
      in: `src/ui/${page}.ts`,
      out: `ui/${page}`,
    })),
    { in: 'src/functions/quantile-bins.ts', out: 'quantile-bins' },
    ...LIBRARIES_APART.map((name) => ({ in: name, out: name })),
    // Beside the bundles, for the one that registers it looks there.
    { in: 'src/engine/plan/typescript-hooks.ts', out: 'typescript-hooks' },
  ],
  outdir: 'dist',
  splitting: true,
})
const pages = await build({
  bundle: true,
  minify: true,
  format: 'esm',
  splitting: true,
  platform: 'browser',
  target: ['es2022'],
  legalComments: 'none',
  metafile: true,
  entryPoints: readdirSync('src/ui/browser')
    .filter((file) => /\.(ts|css)$/.test(file))
    .map((file) => `src/ui/browser/${file}`),
  outdir: 'dist/browser',
})
const bundled = [chain, worker, others, pages].flatMap(({ metafile }) =>
  Object.values(metafile?.outputs ?? {}).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  ),
)
writeFileSync('dist/licenses.txt', notices([...new Set(bundled)]))
