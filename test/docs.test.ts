/**
 * The documentation is tried like code. In README.md, CONTRIBUTING.md, CHANGELOG.md, examples/README.md and docs/:
 *
 * - a `console` block is a session: what follows `$` (and `>` on the lines after it) is run by bash, and leaves what
 *   stands below it. A page is one session, in a folder of its own; standard output is a file, which dstream treats like
 *   a terminal. `UPDATE_DOCS=1` writes what came out into the page, for review with git diff;
 * - every `dstream …` of a `sh` block is a chain that can be explained, or a command that answers;
 * - a `ts` block that imports dstream compiles, and leaves the `text` block that follows it, if one does; one that begins
 *   with a comment that is a path compiles as that file;
 * - links, anchors, paths in backticks and `npm run` commands lead somewhere.
 */
import { spawn } from 'node:child_process'
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import tap, { type Test } from 'tap'
import ts from 'typescript'
import { TOOLS } from '../src/cli/help/subject.ts'
import { records } from '../src/engine/registry.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const BIN = fileURLToPath(new URL('./support/bin', import.meta.url))
const COMMAND = join(ROOT, 'bin/run.js')
const UPDATE = process.env.UPDATE_DOCS === '1'
/** What the environment says where the documentation is written. */
const ENVIRONMENT = { TZ: 'UTC', LC_ALL: 'C.UTF-8', NO_COLOR: '1', COLUMNS: '80' }

/** A fenced block: its language, its text, and the lines of the page that the text takes. */
interface Block {
  readonly language: string
  readonly lines: readonly string[]
  readonly from: number
}

interface Page {
  readonly path: string
  readonly text: string
  readonly blocks: readonly Block[]
}

// The compiler works while other processes do.
tap.jobs = 4

const pages = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'examples/README.md', ...pagesIn('docs')].map(
  readPage,
)

function pagesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    return entry.isDirectory() ? pagesIn(path) : path.endsWith('.md') ? [path] : []
  })
}

function readPage(path: string): Page {
  const text = readFileSync(join(ROOT, path), 'utf8')
  const blocks: Block[] = []
  let open: { language: string; from: number } | undefined
  const lines = text.split('\n')
  for (const [index, line] of lines.entries()) {
    const fence = /^```(\w*)/.exec(line)
    if (fence === null) continue
    if (open === undefined) open = { language: fence[1] as string, from: index + 1 }
    else {
      blocks.push({ ...open, lines: lines.slice(open.from, index) })
      open = undefined
    }
  }
  return { path, text, blocks }
}

const at = (page: Page, block: Block): string => `${page.path}:${block.from + 1}`
const blocksOf = (page: Page, language: string): Block[] =>
  page.blocks.filter((block) => block.language === language)

/** A folder for one page; the requests that examples read, and dstream as a package, are there. */
function workFolder(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'dstream-docs-'))
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(ROOT, join(folder, 'node_modules/dstream'))
  symlinkSync(join(ROOT, 'examples'), join(folder, 'examples'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Run a program with its output in a file, both streams as one, and return what came out. */
async function run(
  program: string,
  args: readonly string[],
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly code: number | null; readonly out: string }> {
  const file = join(folder, `.out-${Math.random()}`)
  const out = openSync(file, 'a')
  const child = spawn(program, args, { cwd: folder, env, stdio: ['ignore', out, out] })
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
  closeSync(out)
  return { code, out: readFileSync(file, 'utf8') }
}

/** A command of a session and what is to come out, with the lines of the page that say so. */
interface Step {
  readonly command: string
  readonly block: Block
  readonly from: number
  readonly to: number
}

function stepsOf(block: Block): Step[] {
  const starts = block.lines.flatMap((line, index) => (line.startsWith('$ ') ? [index] : []))
  return starts.map((start, index) => {
    const to = starts[index + 1] ?? block.lines.length
    let from = start + 1
    while (from < to && /^>( |$)/.test(block.lines[from] as string)) from += 1
    const command = block.lines.slice(start, from).map((line) => line.slice(2))
    return { command: command.join('\n'), block, from, to }
  })
}

tap.test('sessions leave what the pages show', { jobs: 2 }, (t) => {
  const sessions = pages.map((page) => ({ page, steps: blocksOf(page, 'console').flatMap(stepsOf) }))
  t.ok(sessions.flatMap(({ steps }) => steps).length >= 20, 'there are sessions')
  for (const { page, steps } of sessions.filter((session) => session.steps.length > 0)) {
    t.test(page.path, async (t) => {
      const env = { ...ENVIRONMENT, PATH: `${BIN}${delimiter}${process.env.PATH ?? ''}` }
      const mark = 'mark() { local code=$?; printf "\\0"; return $code; }'
      const script = [mark, ...steps.map(({ command }) => `${command}\nmark`)].join('\n')
      const { out } = await run('bash', ['--norc', '-c', script], workFolder(t), env)
      const outputs = out.split('\0')
      t.equal(outputs.length, steps.length + 1, 'every command was run')
      if (UPDATE) return update(page.path, steps, outputs)
      for (const [index, { command, block, from, to }] of steps.entries()) {
        const expected = block.lines.slice(from, to).join('\n').trimEnd()
        t.equal(outputs[index]?.trimEnd(), expected, `${at(page, block)} $ ${command}`)
      }
    })
  }
  t.end()
})

/** Write what came out into a page, the last step first, so that the places of those before it stay. */
function update(path: string, steps: readonly Step[], outputs: readonly string[]): void {
  const lines = readFileSync(join(ROOT, path), 'utf8').split('\n')
  for (const [index, { block, from, to }] of [...steps.entries()].reverse()) {
    const found = (outputs[index] ?? '').trimEnd()
    const isLast = to === block.lines.length
    const shown = found === '' ? [] : [...found.split('\n'), ...(isLast ? [] : [''])]
    lines.splice(block.from + from, to - from, ...shown)
  }
  writeFileSync(join(ROOT, path), lines.join('\n'))
}

/** What a shell would call in a block: words of each `dstream`. No other program can be run, and none is missed. */
async function callsOf(block: Block, folder: string): Promise<{ calls: string[][]; complaints: string }> {
  const text = block.lines.join('\n')
  for (const [, file] of text.matchAll(/<\s*([\w./-]+)/g)) {
    mkdirSync(dirname(join(folder, file as string)), { recursive: true })
    writeFileSync(join(folder, file as string), '', { flag: 'a' })
  }
  const stub = [
    'PATH=/nowhere',
    'command_not_found_handle() { :; }',
    'cd() { :; }',
    `dstream() { printf '%s\\0' "$@" $'\\x1e' >> calls; }`,
  ]
  rmSync(join(folder, 'calls'), { force: true })
  const { out } = await run('bash', ['--norc', '-c', [...stub, text, 'wait'].join('\n')], folder, {
    PATH: process.env.PATH,
  })
  if (!existsSync(join(folder, 'calls'))) return { calls: [], complaints: out }
  const calls = readFileSync(join(folder, 'calls'), 'utf8').split('\0\x1e\0').slice(0, -1)
  return { calls: calls.map((call) => call.split('\0')), complaints: out }
}

/** A command line that is no chain: help, the lists, completion. */
function isNoChain(words: readonly string[]): boolean {
  return [...TOOLS, 'help', 'version', '--version'].includes(words[0] ?? 'help') || words.includes('--help')
}

/** Explains chains as the command does, one after the other in one process; a line of JSON each. */
const EXPLAIN = `
const { runChain } = await import(process.env.RUN)
for (const words of JSON.parse(process.env.CALLS)) {
  const code = await runChain([...words, '--explain'])
  process.stderr.write('\\0' + code + '\\0')
}`

tap.test('every command in a block of shell can be explained', async (t) => {
  const found: { readonly words: string[]; readonly place: string }[] = []
  const folder = workFolder(t)
  for (const page of pages) {
    for (const block of blocksOf(page, 'sh')) {
      const { calls, complaints } = await callsOf(block, folder)
      t.equal(complaints, '', `${at(page, block)} is shell`)
      found.push(...calls.map((words) => ({ words, place: at(page, block) })))
    }
  }
  // An ellipsis stands for what a reader puts there.
  const chains = found.filter(({ words }) => !isNoChain(words) && !words.includes('…'))
  t.ok(chains.length >= 30, `${chains.length} chains`)
  const env = {
    ...process.env,
    ...ENVIRONMENT,
    RUN: join(ROOT, 'src/cli/run.ts'),
    CALLS: JSON.stringify(chains.map(({ words }) => words)),
  }
  const tsx = import.meta.resolve('tsx')
  const script = [
    '--import',
    tsx,
    '--input-type=module',
    '-e',
    `process.stdout.write = () => true;${EXPLAIN}`,
  ]
  const explained = run(process.execPath, script, folder, env)
  for (const { words, place } of found.filter(({ words }) => isNoChain(words))) {
    const { code, out } = await run(process.execPath, [COMMAND, ...words], folder, { ...process.env })
    t.equal(code, 0, `${place} dstream ${words.join(' ')}${code === 0 ? '' : `\n${out}`}`)
  }
  const results = (await explained).out.split('\0')
  for (const [index, { words, place }] of chains.entries()) {
    const shown = results[2 * index + 1] === '0' ? '' : `\n${results[2 * index]}`
    t.equal(results[2 * index + 1], '0', `${place} dstream ${words.join(' ')}${shown}`)
  }
})

/** A program of a page, and what it is to leave. */
interface Program {
  readonly page: Page
  readonly block: Block
  readonly file: string
  readonly text: string
  readonly expected: string | undefined
}

const programs = pages.flatMap((page) =>
  page.blocks.flatMap((block, index): Program[] => {
    if (block.language !== 'ts') return []
    const text = `${block.lines.join('\n')}\n`
    const path = /^\/\/ (src\/\S+\.ts)$/.exec(block.lines[0] ?? '')?.[1]
    if (path === undefined && !/ from 'dstream'/.test(text)) return []
    const file = join(ROOT, path ?? `examples/${page.path.replace(/\W/g, '-')}-${block.from}.ts`)
    const next = page.blocks[index + 1]
    const expected = path === undefined && next?.language === 'text' ? next.lines.join('\n') : undefined
    return [{ page, block, file, text, expected }]
  }),
)

tap.test('programs leave what the pages show', { jobs: 2 }, (t) => {
  const runs = programs.flatMap((program) =>
    program.expected === undefined ? [] : [{ ...program, expected: program.expected }],
  )
  t.ok(runs.length > 0, 'there are programs')
  for (const { page, block, text, expected } of runs) {
    t.test(at(page, block), async (t) => {
      const folder = workFolder(t)
      writeFileSync(join(folder, 'program.ts'), text)
      const args = ['--import', import.meta.resolve('tsx'), 'program.ts']
      const { code, out } = await run(process.execPath, args, folder, { ...process.env, ...ENVIRONMENT })
      t.equal(code, 0, out)
      t.equal(out.trimEnd(), expected.trimEnd())
    })
  }
  t.end()
})

tap.test('programs compile', async (t) => {
  t.ok(programs.length >= 3, 'there are programs')
  const config = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(
    { ...config.config, include: [], files: [] },
    ts.sys,
    ROOT,
  )
  const host = ts.createCompilerHost({ ...options, paths: { dstream: [join(ROOT, 'src/index.ts')] } })
  const texts = new Map(programs.map(({ file, text }) => [file, text]))
  const { fileExists, readFile } = host
  host.fileExists = (file) => texts.has(normalize(file)) || fileExists(file)
  host.readFile = (file) => texts.get(normalize(file)) ?? readFile(file)
  const program = ts.createProgram(
    programs.map(({ file }) => file),
    { ...options, paths: { dstream: [join(ROOT, 'src/index.ts')] } },
    host,
  )
  for (const { page, block, file } of programs) {
    const source = program.getSourceFile(file)
    const faults = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]
    const texts = faults.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
    t.strictSame(texts, [], at(page, block))
  }
})

/** Lines outside of fenced blocks; those inside empty. */
function proseOf({ text, blocks }: Page): string[] {
  const lines = text.split('\n')
  for (const { from, lines: inside } of blocks) lines.fill('', from - 1, from + inside.length + 1)
  return lines
}

/** The anchors of a page: its headings as GitHub names them. */
function anchorsOf(page: Page): string[] {
  return proseOf(page)
    .filter((line) => /^#+ /.test(line))
    .map((line) =>
      line
        .replace(/^#+ /, '')
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    )
}

tap.test('links and paths lead somewhere', async (t) => {
  for (const page of pages) {
    const faults = proseOf(page).flatMap((line, index) => {
      const place = `${page.path}:${index + 1}`
      const plain = line.replace(/`[^`]*`/g, '')
      const links = [...plain.matchAll(/\]\(([^)\s]+)\)|(?:src|srcset|href)="([^"]+)"/g)]
      const targets = links.map(([, link, attribute]) => (link ?? attribute) as string)
      const paths = [...line.matchAll(/`((?:\.github|bench|bin|docs|examples|scripts|src|test)\/[\w./-]*)`/g)]
      return [
        ...targets.filter((target) => !leads(page, target)).map((target) => `${place} ${target}`),
        ...paths
          .filter(([, path]) => !existsSync(join(ROOT, path as string)))
          .map(([, path]) => `${place} ${path}`),
      ]
    })
    t.strictSame(faults, [], page.path)
  }
})

function leads(page: Page, target: string): boolean {
  if (/^[a-z]+:/.test(target)) return true
  const [file = '', anchor] = target.split('#')
  const path = file === '' ? page.path : normalize(join(dirname(page.path), file))
  if (!existsSync(join(ROOT, path))) return false
  const other = pages.find((candidate) => candidate.path === path)
  return anchor === undefined || (other !== undefined && anchorsOf(other).includes(anchor))
}

tap.test('the scripts and dependencies that the pages name are those of package.json', async (t) => {
  const { scripts, ...manifest } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<
    'scripts' | 'dependencies' | 'devDependencies' | 'peerDependencies',
    Readonly<Record<string, string>>
  >
  for (const page of pages) {
    const named = [...page.text.matchAll(/\bnpm (?:run )?(?:--silent )?(test|(?<=run )[\w:-]+)/g)]
    for (const [call, name] of named) t.ok((name as string) in scripts, `${page.path}: ${call}`)
  }
  const table = pages.find(({ path }) => path.endsWith('-dependencies.md'))?.text ?? ''
  const rows = [...table.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name as string)
  const { dependencies, devDependencies, peerDependencies } = manifest
  const all = [dependencies, devDependencies, peerDependencies].flatMap((list) => Object.keys(list))
  t.strictSame(rows.sort(), [...new Set(all)].sort(), 'the table of dependencies names each, and no other')
})

tap.test('the README names every source, operator and output', async (t) => {
  const readme = pages.find(({ path }) => path === 'README.md')?.text ?? ''
  for (const { name, internal } of records) if (internal !== true) t.ok(readme.includes(`\`${name}\``), name)
})

tap.test('every decision is listed in docs/architecture.md', async (t) => {
  const listed = pages.find(({ path }) => path === 'docs/architecture.md')?.text ?? ''
  const decisions = pages.filter(({ path }) => path.startsWith('docs/decisions/'))
  t.ok(decisions.length > 0, 'there are decisions')
  for (const { path } of decisions) t.ok(listed.includes(`(${path.slice('docs/'.length)})`), path)
})
