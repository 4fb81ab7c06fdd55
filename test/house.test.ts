/**
 * The rules of the house, held over every file. A rule is a function from files to complaints; each is also shown files
 * that break it, so that no rule passes because it sees nothing.
 */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import tap from 'tap'
import ts from 'typescript'
import { namesOf } from '../src/cli/command-names.ts'
import { CONTEXT_FLAGS } from '../src/cli/context-flags.ts'
import { type RegisteredRecord, records } from '../src/engine/registry.ts'
import { findFunction, functions } from '../src/functions/registry.ts'
import {
  at,
  exportsOf,
  type Files,
  houseFiles,
  importsOf,
  nodesOf,
  ROOT,
  treeOf,
} from './support/source-files.ts'

/** A rule, and files that break it, each once. */
interface Rule {
  readonly name: string
  readonly complaints: (files: Files) => string[]
  readonly broken: Readonly<Record<string, string>>
}

/** What each part of the house may import: parts of the house, then packages. The first prefix that fits counts. */
const LAYERS: readonly {
  readonly part: string
  readonly house: readonly string[]
  readonly packages: RegExp
}[] = [
  { part: 'bin/', house: ['src/cli/main.ts', 'dist/main.js'], packages: /^node:module$/ },
  // The library of percentiles alone, in the file that is loaded when there are some.
  { part: 'src/functions/quantile-bins.ts', house: [], packages: /^@datadog\/sketches-js$/ },
  { part: 'src/functions/', house: ['src/functions/'], packages: /^$/ },
  // amaro, eventsource-parser, fzstd and split2 read and write formats, acorn reads functions, connectors have the client libraries that users
  // install; nothing here draws on a terminal or knows a command line.
  {
    part: 'src/engine/',
    house: ['src/engine/', 'src/functions/'],
    packages: new RegExp(
      `^(node:.+|acorn|amaro|eventsource-parser|fzstd|split2|(${clientLibraries().join('|')})(/.+)?)$`,
    ),
  },
  // What runs in a browser draws there.
  { part: 'src/ui/browser/', house: ['src/ui/'], packages: /^uplot$/ },
  {
    part: 'src/ui/metrics/open-telemetry.ts',
    house: ['src/ui/', 'src/engine/'],
    packages: /^@opentelemetry\//,
  },
  { part: 'src/ui/', house: ['src/ui/', 'src/engine/', 'src/functions/'], packages: /^node:/ },
  { part: 'src/cli/', house: ['src/cli/', 'src/ui/', 'src/engine/', 'src/functions/'], packages: /./ },
  {
    part: 'src/commands/',
    house: ['src/cli/', 'src/engine/', 'src/functions/'],
    packages: /^@oclif\/core\//,
  },
  // The API: a program that prints sees the tables of the command, and one that asks for it its page; neither loads a
  // command line.
  {
    part: 'src/',
    house: [
      'src/program-port.ts',
      'src/program-page.ts',
      'src/engine/',
      'src/functions/',
      'src/cli/screen/',
      'src/ui/',
    ],
    packages: /^node:/,
  },
]

/** Commands that are no stage of a pipeline and therefore written by hand. */
const HAND_WRITTEN = ['ask', 'completion', 'functions', 'operators', 'replay', 'resume', 'state', 'test'].map(
  (name) => `src/commands/${name}.ts`,
)

/** Where the engine may ask for the time outside scheduler/, and why. */
const TIME_ALLOWED: Readonly<Record<string, string>> = {
  'src/engine/sources/kafka/group-member.ts':
    'gives signs of life at the pace of the group’s coordinator, which knows no batches',
  'src/engine/sources/reading/pause.ts':
    'waits between two looks at a file or a server, which have no batch time',
  'src/engine/stream/streaming-context.ts': 'awaitTerminationOrTimeout counts the time of its caller',
}

const LONGEST_FILE = 250
/** Files, or the beginning of their paths, that hold one loop each, which would not be clearer in two. */
const LONG = [
  'src/engine/kernels/assembly/',
  'src/engine/scheduler/running-context.ts',
  'src/engine/stream/streaming-context.ts',
]
const LONGEST_LONG_FILE = 300

const layering: Rule = {
  name: 'arrows point one way: bin, commands, cli, engine, functions',
  complaints: (files) =>
    filesIn(files, /^(bin\/.*\.js|src\/.*\.ts)$/).flatMap(([path, text]) => {
      const layer = LAYERS.find(({ part }) => path.startsWith(part))
      return importsOf(path, text)
        .filter(({ target }) =>
          /^(src|dist|bin|test|scripts)\//.test(target)
            ? layer?.house.some((part) => target.startsWith(part)) !== true
            : layer?.packages.test(target) !== true,
        )
        .map(({ target }) => `${path} imports ${target}`)
    }),
  broken: {
    'bin/run.js': "import '../src/engine/registry.ts'",
    'src/functions/text.ts': "import type { Plan } from '../engine/plan/plan.ts'",
    'src/engine/plan/plan.ts': "import { Command } from '@oclif/core/command'",
    'src/engine/plan/build.ts': "export { table } from '../../cli/screen/table.ts'",
    'src/cli/run.ts': "await import('../commands/map.ts')",
    'src/index.ts': "import chalk from 'chalk'",
  },
}

const apiLoadsNoCommandLine: Rule = {
  name: 'the API reaches no command-line framework, not even later',
  complaints: (files) =>
    [...reachable(files, 'src/index.ts', ['value', 'dynamic'])]
      .filter((target) => /^@oclif\//.test(target) || /^src\/(commands\/|cli\/(?!screen\/))/.test(target))
      .map((target) => `src/index.ts reaches ${target}`),
  broken: {
    'src/index.ts': "await import('./cli/oclif.ts')",
    'src/cli/oclif.ts': "import { run } from '@oclif/core/run'",
  },
}

// Imports of types and import() are left out: neither runs while modules are being set up.
const noCycles: Rule = {
  name: 'no file imports itself, directly or by others',
  complaints: (files) =>
    filesIn(files, /^src\/.*\.ts$/)
      .filter(([path]) => reachable(files, path, ['value']).has(path))
      .map(([path]) => path),
  broken: {
    'src/engine/a.ts': "import { b } from './b.ts'",
    'src/engine/b.ts': "export { a } from './a.ts'",
  },
}

const engineIsSilent: Rule = {
  name: 'the engine and the functions write to no standard stream',
  complaints: (files) =>
    filesIn(files, /^src\/(engine|functions)\//).flatMap(([path, text]) =>
      [...nodesOf(treeOf(path, text))]
        .filter(
          (node) =>
            (ts.isPropertyAccessExpression(node) &&
              /^(process\.(stdout|stderr)|console\.\w+)$/.test(node.getText())) ||
            (ts.isCallExpression(node) &&
              /^(write|writeSync|createWriteStream)\([12]\b/.test(node.getText())),
        )
        .map((node) => `${at(path, node)} ${node.getText()}`),
    ),
  broken: {
    'src/engine/a.ts': "process.stdout.write('a')",
    'src/engine/b.ts': 'console.log(1)',
    'src/functions/c.ts': "writeSync(1, 'c')",
  },
}

const timeFromScheduler: Rule = {
  name: 'the engine takes time from scheduler/ only',
  complaints: (files) => {
    const uses = filesIn(files, /^src\/(engine\/(?!scheduler\/)|functions\/)/).flatMap(([path, text]) =>
      [...nodesOf(treeOf(path, text))].filter(readsTime).map((node) => ({ path, place: at(path, node) })),
    )
    const unused = Object.keys(TIME_ALLOWED).filter(
      (path) => files.has(path) && !uses.some((use) => use.path === path),
    )
    return [
      ...uses.filter(({ path }) => TIME_ALLOWED[path] === undefined).map(({ place }) => place),
      ...unused.map((path) => `${path} asks for no time and is allowed to`),
    ]
  },
  broken: {
    'src/engine/a.ts': 'export const a = Date.now()',
    'src/engine/b.ts': 'export const b = new Date()',
    'src/engine/c.ts': 'setTimeout(() => {}, 5)',
    'src/engine/d.ts': "import { setInterval } from 'node:timers/promises'",
    'src/functions/e.ts': 'export const e = performance.now()',
    'src/engine/sources/reading/pause.ts': 'export const f = new Date(0)',
  },
}

function readsTime(node: ts.Node): boolean {
  if (ts.isNewExpression(node))
    return node.expression.getText() === 'Date' && (node.arguments?.length ?? 0) === 0
  if (ts.isStringLiteral(node)) return /^(node:)?(timers(\/promises)?|perf_hooks)$/.test(node.text)
  return (
    ts.isCallExpression(node) &&
    /^(Date\.now|performance\.now|process\.hrtime(\.bigint)?|(globalThis\.)?set(Timeout|Interval))$/.test(
      node.expression.getText(),
    )
  )
}

const shortFiles: Rule = {
  name: `a source file has at most ${LONGEST_FILE} lines`,
  complaints: (files) =>
    filesIn(files, /^src\//).flatMap(([path, text]) => {
      const lines = text.split('\n').length - 1
      const most = LONG.some((long) => path.startsWith(long)) ? LONGEST_LONG_FILE : LONGEST_FILE
      return lines > most ? [`${path} has ${lines}`] : []
    }),
  broken: {
    'src/engine/a.ts': '\n'.repeat(LONGEST_FILE + 1),
    'src/engine/stream/streaming-context.ts': '\n'.repeat(LONGEST_LONG_FILE + 1),
  },
}

const plainNames: Rule = {
  name: 'a file is named for what it holds',
  complaints: (files) =>
    [...files.keys()].filter((path) => /(^|\/)(utils?|helpers?|common|misc)(\.test)?(\.ts|\/)/.test(path)),
  broken: { 'src/engine/utils.ts': '', 'src/cli/helpers/a.ts': '' },
}

const documented: Rule = {
  name: 'every export says what it is, in TSDoc',
  complaints: (files) =>
    filesIn(files, /^src\/(?!commands\/).*\.ts$/).flatMap(([path, text]) => {
      const seen = new Set<string>()
      return exportsOf(path, text)
        .filter((statement) => {
          // Overloads, and an interface that merges with a class, share the comment of the first.
          const name = (statement as ts.DeclarationStatement).name?.getText()
          if (name !== undefined && seen.has(name)) return false
          if (name !== undefined) seen.add(name)
          return !text.slice(statement.getFullStart(), statement.getStart()).includes('/**')
        })
        .map((statement) => at(path, statement))
    }),
  broken: {
    'src/engine/a.ts': 'export const a = 1\n',
    'src/engine/b.ts': '// Not TSDoc.\nexport function b(): void {}\n',
    'src/engine/c.ts': 'export interface C {}\n',
  },
}

const typedReturns: Rule = {
  name: 'exported functions and the methods of exported classes name what they return',
  complaints: (files) =>
    filesIn(files, /^src\/.*\.ts$/).flatMap(([path, text]) =>
      exportsOf(path, text)
        .flatMap((statement): readonly ts.SignatureDeclaration[] => {
          if (ts.isFunctionDeclaration(statement)) return [statement]
          if (ts.isClassDeclaration(statement))
            return statement.members.filter(
              (member) => ts.isMethodDeclaration(member) || ts.isGetAccessor(member),
            )
          if (!ts.isVariableStatement(statement)) return []
          return statement.declarationList.declarations.flatMap(({ type, initializer }) =>
            type === undefined && initializer !== undefined && ts.isArrowFunction(initializer)
              ? [initializer]
              : [],
          )
        })
        .filter((declared) => declared.type === undefined)
        .map((declared) => at(path, declared)),
    ),
  broken: {
    'src/engine/a.ts': 'export function a() { return 1 }',
    'src/engine/b.ts': 'export const b = () => 1',
    'src/engine/c.ts': 'export class C { c() { return 1 } }',
  },
}

const thinCommands: Rule = {
  name: 'a command of a stage is two lines',
  complaints: (files) =>
    filesIn(files, /^src\/commands\//)
      .filter(([path]) => !HAND_WRITTEN.includes(path))
      .filter(([path, text]) => {
        const name = path.replace(/^.*\/(.*)\.ts$/, '$1')
        const lines = `import { pipelineCommand } from '../cli/command.ts'\nexport default pipelineCommand('${name}')\n`
        return text !== lines
      })
      .map(([path]) => path),
  broken: {
    'src/commands/map.ts': "import { pipelineCommand } from '../cli/command.ts'\n\nexport default 1\n",
  },
}

const lockFile: Rule = {
  name: 'the lock file fits every registry and every platform',
  complaints: (files) =>
    filesIn(files, /(^|\/)package-lock\.json$/).flatMap(([, text]) => {
      const { packages } = JSON.parse(text) as { packages: Readonly<Record<string, Locked>> }
      const names = new Set(Object.keys(packages).map((path) => path.replace(/^.*node_modules\//, '')))
      return Object.entries(packages).flatMap(([path, locked]) => [
        ...(locked.resolved === undefined ? [] : [`${path} has an address`]),
        // npm leaves out what its registry did not serve, and then refuses the lock file.
        ...Object.keys(locked.optionalDependencies ?? {})
          .filter((name) => !names.has(name))
          .map((name) => `${path} wants ${name}, which is not locked`),
        ...(locked.dev === true || admitsNode20(locked.engines?.node) ? [] : [`${path} refuses Node 20`]),
      ])
    }),
  broken: {
    'a/package-lock.json':
      '{ "packages": { "node_modules/a": { "resolved": "https://example.org/a.tgz" } } }',
    'b/package-lock.json':
      '{ "packages": { "node_modules/b": { "optionalDependencies": { "b-linux": "1" } } } }',
    'c/package-lock.json': '{ "packages": { "node_modules/c": { "engines": { "node": ">=22" } } } }',
  },
}

interface Locked {
  readonly resolved?: string
  readonly dev?: boolean
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly engines?: { readonly node?: string }
}

/** Whether a range of versions names 20 or an older line without an end. Ranges here are simple ones. */
function admitsNode20(range = '*'): boolean {
  return range.split('||').some((part) => {
    const [, sign = '', major = ''] = /^\s*(>=|\^)?\s*(\d+|\*)/.exec(part) ?? []
    return major === '*' || (sign === '>=' ? Number(major) <= 20 : Number(major) === 20)
  })
}

const noMachine: Rule = {
  name: 'no file names a folder of one machine or the host of a registry',
  complaints: (files) =>
    [...files].flatMap(([path, text]) =>
      text.split('\n').flatMap((line, index) => {
        // Examples may use the folder for temporary files, which every machine has; code asks where it is.
        const isFault = MACHINE.test(line) || (/\.[tj]s$/.test(path) && TEMPORARY.test(line))
        return isFault ? [`${path}:${index + 1} ${line.trim().slice(0, 80)}`] : []
      }),
    ),
  // Divided, or the rule would find them here.
  broken: {
    'src/a.ts': `const a = '${'/'}root/a'`,
    'docs/b.md': `see ${'/'}work/b`,
    'test/c.test.ts': `rmSync('${'/'}tmp/c')`,
    '.npmrc': `${'registry'}=https://example.org/`,
    'docs/d.md': `from ${'registry'}.example.org`,
  },
}

// The lookbehind lets a folder of such a name pass inside another path.
const MACHINE =
  /(?<![\w.~*})/-])\/(work|root|home)\/\w|\bregistry\.[\w-]+\.(org|com|net|io|dev|local)\b|\bregistry=/
const TEMPORARY = /['"`]\/tmp\b/

const testsAssert: Rule = {
  name: 'every test file asserts something',
  complaints: (files) =>
    filesIn(files, /\.test\.ts$/)
      .filter(
        ([path, text]) =>
          ![...nodesOf(treeOf(path, text))].some(
            (node) => ts.isCallExpression(node) && ASSERTION.test(node.expression.getText()),
          ),
      )
      .map(([path]) => path),
  broken: { 'test/a.test.ts': "import tap from 'tap'\ntap.test('a', async () => {})" },
}
const ASSERTION =
  /^(t|tap|assert)\.(ok|notOk|equal|not|same|notSame|strictSame|strictNotSame|match|notMatch|has|hasStrict|throws|rejects|resolves|doesNotThrow|deepEqual|fail|matchOnly|matchStrict|resolveMatch)$/

const rules = [
  layering,
  apiLoadsNoCommandLine,
  noCycles,
  engineIsSilent,
  timeFromScheduler,
  shortFiles,
  plainNames,
  documented,
  typedReturns,
  thinCommands,
  lockFile,
  noMachine,
  testsAssert,
]

function filesIn(files: Files, path: RegExp): [string, string][] {
  return [...files].filter(([name]) => path.test(name))
}

/** Return all that a file imports, and what those import, and so on. */
function reachable(files: Files, from: string, kinds: readonly string[]): Set<string> {
  const found = new Set<string>()
  const waiting = [from]
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    for (const { target, kind } of importsOf(path, files.get(path) ?? '')) {
      if (!kinds.includes(kind) || found.has(target)) continue
      found.add(target)
      if (files.has(target)) waiting.push(target)
    }
  }
  return found
}

tap.test('every rule sees what breaks it', async (t) => {
  for (const { name, complaints, broken } of rules) {
    const found = complaints(new Map(Object.entries(broken)))
    t.equal(found.length, Object.keys(broken).length, `${name}: ${found.join(', ')}`)
  }
})

tap.test('the house keeps its rules', async (t) => {
  const files = houseFiles()
  t.ok(files.size > 150, `${files.size} files`)
  for (const { name, complaints } of rules) t.strictSame(complaints(files), [], name)
})

tap.test('every record is complete, and a command or flag means one thing', async (t) => {
  const shown = records.filter(({ category, internal }) => category !== 'operator' || internal !== true)
  for (const record of shown) t.strictSame(faultsOf(record), [], `${record.category} ${record.name}`)
  t.strictSame(repeated(records.filter(({ internal }) => internal !== true).flatMap(namesOf)), [], 'commands')
  for (const { name, summary, examples } of functions) {
    t.match(name, KEBAB)
    t.match(summary, SENTENCE, name)
    t.ok(examples.length > 0, `${name} has examples`)
  }
  const names = functions.flatMap(({ name, aliases = [] }) => [name, ...aliases])
  t.strictSame(repeated(names), [], 'functions')
  for (const name of names) t.ok(findFunction(name), name)
  t.strictSame(repeated(CONTEXT_FLAGS.flatMap(flagWords)), [], 'flags of the context')
})

tap.test('the faults of a record are seen', async (t) => {
  const [sound] = records.filter(({ category }) => category === 'operator')
  const word = { name: 'word', type: 'string', required: true, summary: 'a word' } as const
  const flag = { name: 'flag', type: 'boolean', summary: 'a flag' } as const
  const broken: readonly Partial<RegisteredRecord>[] = [
    { name: 'mapIt' },
    { aliases: ['map_it'] },
    { summary: 'Do it' },
    { summary: 'Do it. And that.' },
    { summary: 'do it.' },
    { examples: [] },
    { arguments: [{ ...word, summary: '' }] },
    { arguments: [{ ...word, summary: 'A sentence.' }] },
    {
      arguments: [
        { ...word, variadic: true },
        { ...word, name: 'other' },
      ],
    },
    {
      arguments: [
        { ...word, required: false },
        { ...word, name: 'other' },
      ],
    },
    { arguments: [word, word] },
    { flags: [{ ...flag, name: 'a_flag' }] },
    { flags: [flag, flag] },
    { flags: [{ ...flag, name: 'batches' }] },
    { flags: [{ ...flag, char: 'q' }] },
    { flags: [{ ...flag, char: 'qq' }] },
    { flags: [{ ...flag, name: 'help' }] },
    { flags: [{ ...flag, summary: '' }] },
  ]
  for (const change of broken) {
    const faults = faultsOf({ ...sound, ...change } as RegisteredRecord)
    t.equal(faults.length, 1, `${JSON.stringify(change)}: ${faults.join(', ')}`)
  }
})

tap.test('what is generated is fresh', async (t) => {
  const args = ['--import=tsx', 'scripts/generate.ts', '--check']
  const check = promisify(execFile)(process.execPath, args, { cwd: ROOT })
  t.strictSame(
    await check.then(
      ({ stderr }) => stderr,
      (error: { stderr: string }) => error.stderr,
    ),
    '',
  )
})

const KEBAB = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/
/** One sentence: a capital, one full stop, at the end. A stop inside a word (`local[2]`, `0.5`) ends nothing. */
const SENTENCE = /^[A-Z](?!.*\.\s).*\.$/
/** A phrase that stands beside a name in a table. */
const PHRASE = /^\S.*[^.]$/

/** Flags of a command that mean the same as one of the context and narrow it to the command. */
const SHARED_FLAGS: readonly string[] = ['map-with-state --timeout']

function faultsOf(record: RegisteredRecord): string[] {
  const { name, aliases = [], summary, arguments: words, flags } = record
  const isEarlyVariadic = words.slice(0, -1).some(({ variadic }) => variadic === true)
  const isLateRequired = words.some(({ required }, index) => required && words[index - 1]?.required === false)
  const own = flags.flatMap(flagWords)
  const taken = ['--help', '--version', '-h', ...CONTEXT_FLAGS.flatMap(flagWords)]
  return [
    ...[name, ...aliases].filter((word) => !KEBAB.test(word)).map((word) => `${word} is not kebab case`),
    ...(SENTENCE.test(summary) ? [] : ['the summary is not one sentence']),
    ...(record.category === 'operator' && record.examples.length === 0 ? ['there are no examples'] : []),
    ...[...words, ...flags]
      .filter((word) => !KEBAB.test(word.name))
      .map((word) => `${word.name} is not kebab case`),
    ...[...words, ...flags]
      .filter((word) => !PHRASE.test(word.summary))
      .map((word) => `${word.name} is no phrase`),
    ...repeated(words.map((word) => word.name)),
    ...repeated(own),
    ...(isEarlyVariadic ? ['an argument takes every word and is not the last'] : []),
    ...(isLateRequired ? ['a required argument stands behind an optional one'] : []),
    ...own.filter((flag) => taken.includes(flag) && !SHARED_FLAGS.includes(`${name} ${flag}`)),
    ...flags
      .filter(({ char }) => char !== undefined && !/^[a-zA-Z]$/.test(char))
      .map(({ char }) => `-${char}`),
  ]
}

function flagWords({ name, char }: { readonly name: string; readonly char?: string }): string[] {
  return char === undefined ? [`--${name}`] : [`--${name}`, `-${char}`]
}

function repeated(names: readonly string[]): string[] {
  return names.filter((name, index) => names.indexOf(name) !== index)
}

/** Packages that a user installs beside dstream, where a connector needs them. */
function clientLibraries(): readonly string[] {
  const { peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as Readonly<
    Record<'peerDependencies', Readonly<Record<string, string>>>
  >
  return Object.keys(peerDependencies)
}
