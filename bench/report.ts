/** Writes docs/performance.md from what the works left. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Section, table, type Work } from './section.ts'
import { BENCH, CONTENDERS, dataFolder, programOf, type Settings } from './settings.ts'

/** What somebody else needs to know to expect the same figures. */
function machine(): string {
  const [cpu] = cpus()
  const firstLine = (program: string, ...args: string[]): string => {
    const path = programOf(program)
    if (path === undefined) return ''
    const { stdout, stderr } = spawnSync(path, args, { encoding: 'utf8' })
    return (stdout || stderr || '').split('\n')[0]?.trim() ?? ''
  }
  const packages = ['pyspark', 'duckdb', 'chdb', 'bytewax', 'tenzir'].map((name) => {
    const code = `from importlib.metadata import version; print('${name}', version('${name}'))`
    const { status, stdout } = spawnSync(join(CONTENDERS, 'python/bin/python'), ['-c', code], {
      encoding: 'utf8',
    })
    return status === 0 ? stdout.trim() : ''
  })
  const versions = [
    firstLine('gcc', '--version'),
    firstLine('java', '-version'),
    firstLine('mawk', '-W', 'version'),
    firstLine('gawk', '--version').split(',')[0] ?? '',
    firstLine('grep', '--version'),
    firstLine('rg', '--version'),
    firstLine('jq', '--version'),
    firstLine('mlr', '--version'),
    firstLine('agrind', '--version'),
    firstLine('huniq', '--version'),
    firstLine('frawk', '--version'),
    ...packages,
  ]
  const flags = existsSync('/proc/cpuinfo') ? readFileSync('/proc/cpuinfo', 'utf8') : ''
  const vectors = flags.includes('avx512bw') ? 'with AVX-512' : flags.includes('avx2') ? 'with AVX2' : ''
  return [
    `${cpus().length} cores (${cpu?.model.trim()}${vectors && `, ${vectors}`}), ${Math.round(totalmem() / 2 ** 30)} GiB of memory, ${process.platform}, Node ${process.version}.`,
    `Compared: ${versions.filter((text) => text !== '').join('; ')}.`,
  ].join(' ')
}

const RULES = `- Every program gets its input from one feeder, \`bench/native/feed.c\`, which also takes the time: a pipe, written in
  parts of 128 KiB as \`cat\` does, or a TCP connection on loopback, which closes when all was sent.
- Before anything is timed, every answer is compared, whole, with what the generator of the input counted when it wrote
  it. A wrong answer excludes a program.
- Rounds: each program runs once in each, forwards and backwards by turns. A ratio is the median of the rounds' ratios,
  not the ratio of medians. A program that is slow takes part in two rounds only.
- dstream counts the whole input in one batch, \`--interval 24h\`, as the others do, unless its row says *batches of 1 s*,
  which is its default; those batches are summed before they are compared.
- *Wall* is from the start of the process to its end. *From input* is from the first input that was taken: it leaves out
  the start of a JVM, or of Node. Spark's and Flink's programs end without shutting down, right after their answer.
- *User* and *system* are the program's processor time without the feeder's; PySpark's is without its JVM's.
- All compare bytes, not letters: \`LC_ALL=C\`. \`NODE_EXTRA_CA_CERTS\` is not set: Node would read those certificates at
  each start.`

/** Write what is there; return the names of works that are missing. */
export function report(
  works: readonly Work[],
  sections: ReadonlyMap<string, Section>,
  settings: Settings,
): string[] {
  const present = works.flatMap((work) => {
    const section = sections.get(work.name)
    return section === undefined ? [] : [section]
  })
  const goals = present.flatMap((section) =>
    section.goals.map(({ goal, found, holds }) => [
      section.title,
      goal,
      found,
      holds === undefined ? 'not measured' : holds ? 'yes' : '**no**',
    ]),
  )
  const prose = join(BENCH, 'profile.md')
  const text = [
    '<!-- Written by `npm run bench`; do not edit. The prose about the profile is bench/profile.md. -->',
    '# Performance',
    machine(),
    ...(settings.quick ? ['**A quick run: it shows that all works, not how fast it is.**'] : []),
    'A loaded machine gives other numbers: what counts are ratios and bounds. `npm run bench:setup` installs whom dstream is\ncompared with, `npm run bench` measures and writes this page.',
    '## Goals',
    table(['work', 'goal', 'found', 'holds'], goals),
    '## How it is measured',
    RULES,
    ...present.flatMap(({ title, text: body }) => [`## ${title}`, body]),
    ...(existsSync(prose) ? [readFileSync(prose, 'utf8').trim()] : []),
  ].join('\n\n')
  const path = settings.quick
    ? join(dataFolder(), 'performance-quick.md')
    : fileURLToPath(new URL('../docs/performance.md', import.meta.url))
  writeFileSync(path, `${text}\n`)
  return works.filter(({ name }) => !sections.has(name)).map(({ name }) => name)
}
