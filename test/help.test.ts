/** What dstream says of itself: help, lists, reference pages, manifest, completion in the three shells. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import tap from 'tap'
import { shownExamples } from '../src/cli/command-examples.ts'
import { findCommand, parseChain } from '../src/cli/grammar.ts'
import { renderFunction } from '../src/cli/help/function-page.ts'
import { pageOf } from '../src/cli/help/page.ts'
import { renderPage } from '../src/cli/help/render.ts'
import { ROOT_EXAMPLES } from '../src/cli/help/root.ts'
import { styleOf } from '../src/cli/help/style.ts'
import { lineText } from '../src/engine/outputs/formats/encoder.ts'
import { records } from '../src/engine/registry.ts'
import { functions } from '../src/functions/registry.ts'
import { completions, has, SHELLS } from './support/completions.ts'
import { COMMAND, dstream, shellWords } from './support/run.ts'

// Many short processes: on a busy machine more than the half minute that tap allows.
tap.setTimeout(120_000)

const shown = records.filter(({ internal }) => internal !== true)

/** Return the chains of a line of shell: the words of each `dstream` in it. */
function chainsIn(line: string): string[][] {
  return line
    .split(/ \| /)
    .filter((part) => part.startsWith('dstream '))
    .map((part) => shellWords(part).slice(1))
}

tap.test('dstream alone teaches in one screen', async (t) => {
  const { stdout, stderr, code } = await dstream([])
  t.strictSame([code, stderr], [0, ''])
  const lines = stdout.trimEnd().split('\n')
  t.ok(lines.length <= 24, `${lines.length} lines`)
  t.ok(Math.max(...lines.map((line) => line.length)) <= 80, 'no line is wider than 80')
  for (const { name } of shown.filter(({ category }) => category !== 'operator')) t.match(stdout, ` ${name}`)
  t.match(stdout, / reduce-by-key\s/)
  for (const line of ROOT_EXAMPLES) {
    t.match(stdout, line)
    for (const words of chainsIn(line)) await t.resolves(parseChain(words), words.join(' '))
  }
  for (const [args, input] of [
    [[], 'a\nb\n'],
    [['help'], ''],
    [['--help'], ''],
    [['-h'], 'a\n'],
    [['help', 'help'], ''],
  ] as const) {
    const other = await dstream(args, input)
    t.strictSame([other.stdout, other.stderr, other.code], [stdout, '', 0], args.join(' '))
  }
})

tap.test('--version and version say the version', async (t) => {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  for (const word of ['--version', 'version']) t.match((await dstream([word])).stdout, `dstream/${version}`)
})

tap.test('the help of a stage, exactly', async (t) => {
  const { stdout, code } = await dstream(['window', '--help'], '', { env: { COLUMNS: '80' } })
  t.equal(code, 0)
  t.equal(
    stdout,
    `Hand on, at each slide, all elements of the last LENGTH of time.

USAGE
  dstream … window LENGTH [SLIDE] …

  LENGTH and SLIDE are multiples of the batch interval; without SLIDE, every
  interval.

ARGUMENTS
  LENGTH   how far back a window reaches, such as 1m
  [SLIDE]  how often one comes out, such as 5s

EXAMPLES
  printf 'a\\nb\\nc\\n' | dstream --batch-lines 1 window 2s
      a → a
      b → a b
      c → b c
  printf 'a\\nb\\nc\\nd\\n' | dstream --batch-lines 1 window 3s 2s
      a → –
      b → a b
      c → –
      d → b c d

FLAGS OF THE CONTEXT
  --interval --batches --batch-lines --timeout --master --name --max-rate
  --max-line --conf --on-error --events --record --checkpoint
  --checkpoint-interval --create-on-error --yes --ui --ui-host --explain --stats
  --quiet --debug
  on any stage; dstream help flags says what they do
`,
  )
})

/** As a pipe shows it. */
const plain = styleOf({ isTTY: false }, {})

tap.test('every stage has help: usage, arguments, flags, functions, examples', (t) => {
  for (const record of shown) {
    // Lines are wrapped anywhere.
    const help = renderPage(pageOf(record), plain).replace(/\s+/g, ' ')
    const says = (text: string): boolean => t.ok(help.includes(text), `${record.name}: ${text}`)
    t.ok(help.startsWith(record.summary), record.name)
    for (const { type, name, summary } of record.arguments) {
      says(type === 'stream' ? '[ STREAM ]' : name.toUpperCase())
      says(summary)
    }
    for (const { name, summary } of record.flags) {
      says(`--${name}`)
      says(summary)
    }
    if (record.arguments.some(({ role }) => role === 'reduce')) says('FUNCTIONS sum product min')
    if (record.arguments.some(({ type }) => type === 'stream')) says('@FILE')
    says(' EXAMPLES ')
  }
  t.end()
})

tap.test('help is about the stage that is asked about', { jobs: 4 }, (t) => {
  const cases: readonly (readonly [string, string])[] = [
    ['flatmap --help', 'flatmap'],
    ['--help flatmap', 'flatmap'],
    ['help flatmap', 'flatmap'],
    ['help flat-map', 'flatmap'],
    ['socket localhost 9999 flatmap --help', 'flatmap'],
    ['socket localhost 9999 flatmap split -h', 'flatmap'],
    ['reduceByKey --help', 'reduce-by-key'],
    ['map count --help', 'map'],
    ['reduce-by-key count --help', 'count'],
    ['reduce-by-key-and-window count --help', 'reduce-by-key-and-window'],
    ['demo join [ socket localhost 9998 map --help', 'map'],
    ['demo join [ socket localhost 9998 map pair ] --help', 'join'],
    ['map upper --interval --help', 'map'],
    ['map upper --nosuch --help', 'map'],
  ]
  for (const [line, name] of cases) {
    t.test(line, async (t) => {
      const { stdout, code } = await dstream(line.split(' '))
      t.equal(code, 0)
      t.equal(stdout.split('\n\n')[0]?.replaceAll('\n', ' '), findCommand(name)?.summary)
    })
  }
  t.test('the flags of the context', async (t) => {
    const flags = await dstream(['help', 'flags'])
    t.match(flags.stdout, /-i, --interval DURATION +time from batch to batch \[default: 1s\]/)
    t.equal((await dstream(['--interval', '--help'])).stdout, flags.stdout)
  })
  t.end()
})

tap.test('help about what does not exist points to what does', async (t) => {
  for (const [line, message] of [
    [
      'flatmp --help',
      /there is no command flatmp\n\n {2}dstream flatmp --help\n {10}\^{6}\n\n {2}Did you mean flatmap\?/,
    ],
    ['help map upper flatmp', /map upper flatmp\n {25}\^{6}/],
    ['help split', /split is a function.*dstream functions split/s],
    ['functions splt', /there is no function splt.*Did you mean split\?/s],
    ['completion', /missing 1 required arg: shell \(bash\|zsh\|fish\)/],
    ['completion tcsh', /expected tcsh to be one of: bash, zsh, fish/],
    ['operators --nosuch', /nonexistent flag: --nosuch/],
  ] as const) {
    const { stdout, stderr, code } = await dstream(line.split(' '))
    t.strictSame([stdout, code], ['', 2], line)
    t.match(stderr, message)
  }
})

tap.test('examples that can be pasted give what they show', { jobs: 4 }, (t) => {
  for (const record of shown) {
    const examples = shownExamples(record)
    for (const [index, { line, canPaste }] of examples.entries()) {
      t.test(line, async (t) => {
        for (const words of chainsIn(line.replace('[ … ]', '@file'))) {
          await t.resolves(parseChain(words), words.join(' '))
        }
        if (!canPaste || record.category !== 'operator') return
        const out = record.examples[index]?.out ?? []
        const text = `dstream() { '${process.execPath}' '${COMMAND}' "$@"; }; ${line} | cat`
        const { stdout } = spawnSync('bash', ['--norc', '-c', text], { encoding: 'utf8' })
        t.equal(
          stdout,
          out.flatMap((batch) => (batch ?? []).map((element) => `${lineText(element)}\n`)).join(''),
        )
      })
    }
  }
  t.end()
})

tap.test('dstream operators and dstream functions list everything', async (t) => {
  const stages = await dstream(['operators'])
  for (const { name, summary } of shown)
    t.match(stages.stdout, new RegExp(`^  ${name} +${escaped(summary)}$`, 'm'))
  t.notMatch(stages.stdout, 'foreach-rdd')
  const list = await dstream(['functions'])
  for (const { name, summary } of functions)
    t.match(list.stdout, new RegExp(`^  ${name}\\b.* ${escaped(summary)}`, 'm'))
  const json = JSON.parse((await dstream(['operators', '--json'])).stdout)
  t.strictSame(
    json.map(({ name }: { name: string }) => name),
    shown.map(({ name }) => name),
  )
  t.match(
    json.find(({ name }: { name: string }) => name === 'flatmap'),
    {
      category: 'operator',
      aliases: ['flat-map', 'flatMap'],
      usage: 'flatmap FUNCTION',
    },
  )
  const [split] = JSON.parse((await dstream(['functions', 'split', '--json'])).stdout)
  t.match(split, { name: 'split', call: 'split[:SEP]', roles: ['flatmap', 'map'] })
})

tap.test('a function shows its examples, run', async (t) => {
  const { stdout } = await dstream(['functions', 'split'])
  t.match(stdout, '  dstream … flatmap split[:SEP] …\n')
  t.match(stdout, '  split     "a  b " → ["a","","b"]\n')
  t.match((await dstream(['functions', 'mean'])).stdout, '  mean  [1,2,6] → 3\n')
  for (const record of functions) {
    const help = await renderFunction(record, plain)
    for (const { in: input, out } of record.examples) {
      t.ok(help.includes(`${JSON.stringify(input)} → ${JSON.stringify(out)}\n`), record.name)
    }
  }
})

tap.test('colours on a terminal only', { skip: has('script') ? false : 'no script here' }, (t) => {
  const run = (setting: string): string =>
    execFileSync(
      'script',
      ['-qec', `${setting} '${process.execPath}' '${COMMAND}' window --help`, '/dev/null'],
      {
        env: { ...process.env, TERM: 'xterm-256color' },
      },
    ).toString()
  t.match(run(''), '\u001b[1mUSAGE')
  t.notMatch(run('NO_COLOR=1'), '\u001b')
  t.end()
})

tap.test('a chain loads nothing of help', (t) => {
  const main = readFileSync(new URL('../src/cli/main.ts', import.meta.url), 'utf8')
  t.notMatch(main, /^import /m, 'main imports what it needs, when it needs it')
  const text = `process.argv = ['node', 'dstream', 'map', 'upper']; await import('${COMMAND}')`
  const traced = spawnSync(process.execPath, ['--input-type=module', '-e', text], {
    encoding: 'utf8',
    input: 'a\n',
    env: { ...process.env, NODE_DEBUG: 'esm' },
  })
  t.notMatch(traced.stderr, /@oclif\/core\/lib\/(main|help)/)
  t.equal(traced.stdout, 'A\n')
  t.end()
})

tap.test('reference pages, manifest and command files are those of the records', (t) => {
  const script = fileURLToPath(new URL('../scripts/generate.ts', import.meta.url))
  const { status, stderr } = spawnSync(process.execPath, ['--import=tsx', script, '--check'], {
    encoding: 'utf8',
  })
  t.equal(status, 0, stderr)
  t.end()
})

const FOLDER = mkdtempSync(join(tmpdir(), 'dstream-completion-'))
mkdirSync(join(FOLDER, 'folder'))
writeFileSync(join(FOLDER, 'pages.tsv'), '')
tap.teardown(() => rmSync(FOLDER, { recursive: true, force: true }))

const names = (category: string): string[] =>
  shown.filter((record) => record.category === category).map(({ name }) => name)

/** A line up to the cursor, what must be offered, what must not. */
const COMPLETIONS: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['dstream ', [...names('source'), ...names('operator'), 'help', 'functions'], ['split']],
  ['dstream fl', ['flatmap', 'flat-map-values'], ['filter']],
  ['dstream map ', ['upper', 'split', 'split:', 'take:'], ['sum', 'count-by-value', 'print', 'take']],
  ['dstream flatmap ', ['split', 'words'], ['upper', 'reduce-by-key']],
  ['dstream filter ', ['contains:', 'not-empty'], ['upper']],
  ['dstream map upper ', [...names('operator'), ...names('output')], ['socket', 'upper', 'help']],
  ['dstream reduce-by-key ', ['sum', 'max', 'print', 'count'], ['upper', 'socket']],
  ['dstream socket localhost 9999 ', ['socket', 'flatmap', 'print'], ['help']],
  ['dstream demo print ', ['print', 'emit'], ['map']],
  ['dstream socket localhost 9999 --', ['--retry', '--once', '--interval', '--help'], ['--live']],
  ['dstream print --format ', ['table', 'spark'], ['lines', 'map']],
  ['dstream print --format=s', ['--format=spark'], ['--format=table']],
  ['dstream --interval ', ['1s', '1m'], ['map']],
  ['dstream window ', ['1m'], ['map']],
  ['dstream window 1m ', ['5s', 'count'], ['socket']],
  ['dstream take -1 ', ['count'], []],
  ['dstream map upper -- ', ['count'], ['upper']],
  ['dstream mapValues ', ['upper'], ['print']],
  ['dstream reduce-by-key-and-window sum ', ['1m'], ['map']],
  ['dstream map \'l => l.split(":")[0]\' redu', ['reduce', 'reduce-by-key'], ['map']],
  ['dstream map split:, redu', ['reduce', 'reduce-by-key'], ['map']],
  ['dstream text pa', ['pages.tsv'], ['map']],
  ['dstream text pages.tsv pr', ['print'], ['pages.tsv']],
  ['dstream files fo', ['folder'], ['pages.tsv']],
  ['dstream demo join ', ['[', '@'], ['map']],
  ['dstream demo join @pa', ['@pages.tsv'], ['map']],
  ['dstream demo join [ ', ['socket', 'map'], ['print', ']']],
  ['dstream demo join [ socket localhost 9 map ', ['upper'], [']']],
  ['dstream demo join [ socket localhost 9 map pair ', ['map', ']'], ['print', 'socket']],
  ['dstream demo join [ socket localhost 9 map pair ] ', ['map', 'print'], ['socket', ']']],
  ['dstream help fl', ['flatmap', 'flags'], ['split']],
  ['dstream functions spl', ['split'], ['map']],
  ['dstream completion ', ['bash', 'zsh', 'fish'], ['map']],
  ['dstream test ', ['pages.tsv'], ['map']],
  ['dstream test pages.tsv --a', ['--at'], ['--interval']],
  ['dstream --record ', ['pages.tsv'], ['map']],
  ['dstream replay ', ['pages.tsv'], ['map', 'emit']],
  ['dstream replay --', ['--batch', '--step', '--master'], ['--checkpoint', '--interval']],
  ['dstream replay pages.tsv ', ['flatmap', 'socket', 'emit'], ['replay']],
  ['dstream resume ', ['folder'], ['map', 'emit']],
  ['dstream resume folder --', ['--yes', '--timeout', '--quiet'], ['--checkpoint', '--format']],
  ['dstream resume folder ', [], ['map', 'emit']],
  ['dstream state ', ['ls', 'show', 'diff'], ['map', 'emit']],
  ['dstream state show ', ['folder'], ['map', 'emit']],
  ['dstream state show folder --', ['--format', '--limit'], ['--interval', '--batch']],
  ['dstream state show folder --format ', ['json', 'csv', 'tsv', 'table'], ['map']],
]

for (const shell of SHELLS) {
  tap.test(`completion in ${shell}`, { skip: has(shell) ? false : `no ${shell} here` }, async (t) => {
    const script = join(FOLDER, `completion.${shell}`)
    writeFileSync(script, (await dstream(['completion', shell])).stdout)
    const found = completions(
      shell,
      script,
      COMPLETIONS.map(([line]) => line),
      FOLDER,
    )
    for (const [index, [line, wanted, unwanted]] of COMPLETIONS.entries()) {
      const offered = new Set(found[index])
      t.strictSame(
        wanted.filter((word) => !offered.has(word)),
        [],
        `${line}: all that can stand here is offered`,
      )
      t.strictSame(
        unwanted.filter((word) => offered.has(word)),
        [],
        `${line}: what cannot stand here is not`,
      )
    }
  })
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
