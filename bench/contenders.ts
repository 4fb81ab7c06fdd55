/** Whom dstream is compared with. Each is called in the fastest way that we know of; `bench/setup.sh` installs them. */
import { existsSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import type { Contender, Job } from './contender.ts'
import { dstreams } from './dstream.ts'
import { BENCH, CONTENDERS, programOf } from './settings.ts'

const AWK = '{ for (i = 1; i <= NF; i++) c[$i]++ } END { for (w in c) print w "\\t" c[w] }'
const PYTHON = join(CONTENDERS, 'python/bin/python')

/** What a JVM must open up for Spark and Flink; `spark-submit` would say the same. */
const OPENS = [
  ...['java.lang', 'java.lang.invoke', 'java.lang.reflect', 'java.io', 'java.net', 'java.nio', 'java.util'],
  ...['java.util.concurrent', 'java.util.concurrent.atomic', 'jdk.internal.ref', 'sun.nio.ch', 'sun.nio.cs'],
  ...['sun.security.action', 'sun.util.calendar'],
].map((name) => `--add-opens=java.base/${name}=ALL-UNNAMED`)

/** A program of `bench/jvm`. */
export function java(engine: 'spark' | 'flink', name: string, ...args: string[]): string[] {
  const folder = join(CONTENDERS, engine)
  return ['java', ...OPENS, '-cp', `${folder}/classes:${folder}/jars/*`, name, ...args]
}

/** The command of a JVM, with the jars of a folder of the contenders as well. */
export function withJars(folder: string, command: readonly string[]): readonly string[] {
  const path = command.indexOf('-cp') + 1
  return command.map((word, at) => (at === path ? `${word}:${join(CONTENDERS, folder)}/*` : word))
}

function python(name: string, ...args: string[]): string[] {
  return [PYTHON, join(BENCH, 'python', name), ...args]
}

function piped(format: Job['format'], ...command: string[]): Job {
  return { command, way: 'pipe', format }
}

/** A line of shell, for what is a pipe of programs itself. */
function shell(format: Job['format'], line: string): Job {
  return piped(format, 'sh', '-c', line)
}

/** A program by its path, or by its name where it is missing: it is skipped then. */
function at(name: string): string {
  return programOf(name) ?? name
}

const installed = {
  spark: ['java', join(CONTENDERS, 'spark/classes')],
  flink: ['java', join(CONTENDERS, 'flink/classes')],
  package: (name: string): string[] => [
    PYTHON,
    join(CONTENDERS, 'python/lib', pythonFolder(), 'site-packages', name),
  ],
}

function pythonFolder(): string {
  const [minor] = [9, 10, 11, 12, 13, 14].filter((number) =>
    existsSync(join(CONTENDERS, `python/lib/python3.${number}`)),
  )
  return `python3.${minor}`
}

const lines = `read_csv('/dev/stdin', columns = {'line': 'VARCHAR'}, header = false, delim = '\x01', quote = '', escape = '', auto_detect = false)`
const DUCKDB = {
  words: `SELECT word, count(*) FROM (SELECT unnest(string_split(line, ' ')) AS word FROM ${lines}) GROUP BY word`,
  filter: `SELECT 'total', count(*) FROM ${lines} WHERE contains(line, 'the')`,
  hosts: `SELECT host, count(*) FROM read_json('/dev/stdin', format = 'newline_delimited', columns = {'host': 'VARCHAR'}) GROUP BY host`,
}
const CLICKHOUSE = {
  words: `SELECT arrayJoin(splitByChar(' ', line)) AS word, count() FROM file('/dev/stdin', LineAsString, 'line String') GROUP BY word`,
  filter: `SELECT 'total', count() FROM file('/dev/stdin', LineAsString, 'line String') WHERE position(line, 'the') > 0`,
  hosts: `SELECT host, count() FROM file('/dev/stdin', JSONEachRow, 'host String') GROUP BY host`,
}
const TENZIR = {
  words:
    'from_stdin { read_lines }\nthis = {word: line.split(" ")}\nunroll word\nsummarize word, n=count()\nwrite_tsv',
  hosts: 'from_stdin { read_ndjson }\nsummarize host, n=count()\nwrite_tsv',
}

const others: readonly Contender[] = [
  {
    name: 'plain C',
    note: '`bench/native/limit.c`: a loop over bytes, one thread',
    needs: ['limit'],
    jobs: {
      words: piped('tabbed', at('limit')),
      'words-tcp': { command: [at('limit'), '{port}'], way: 'tcp', format: 'tabbed' },
    },
  },
  {
    name: 'best C',
    note: '`bench/native/limit-simd.c`: vectors, inline keys, slots fetched ahead, one thread',
    needs: ['limit-simd'],
    jobs: {
      words: piped('tabbed', at('limit-simd')),
      'words-tcp': { command: [at('limit-simd'), '{port}'], way: 'tcp', format: 'tabbed' },
    },
  },
  { name: 'mawk', needs: ['mawk'], jobs: { words: piped('tabbed', 'mawk', AWK) } },
  { name: 'gawk', needs: ['gawk'], jobs: { words: piped('tabbed', 'gawk', AWK) } },
  {
    name: 'frawk',
    note: 'its interpreter: its compilers need an LLVM of their own, or do not work on current processors',
    needs: ['frawk'],
    jobs: {
      words: piped(
        'tabbed',
        at('frawk'),
        '-Binterp',
        AWK.replace('c[$i]++', '{ c[$i]++; }').replace('print w "\\t" c[w]', '{ print w "\\t" c[w]; }'),
      ),
    },
  },
  {
    name: 'huniq',
    note: 'behind `tr` for words, behind `jq` for NDJSON',
    needs: ['tr', 'huniq'],
    jobs: {
      words: shell('counted', `tr ' ' '\\n' | ${at('huniq')} -c`),
      hosts: shell('counted', `jq -r .host | ${at('huniq')} -c`),
    },
  },
  {
    name: 'wc -w',
    note: 'knows no single word',
    needs: ['wc'],
    jobs: { words: piped('number', 'wc', '-w') },
  },
  { name: 'grep -c', needs: ['grep'], jobs: { filter: piped('number', 'grep', '-c', 'the') } },
  { name: 'rg -c', needs: ['rg'], jobs: { filter: piped('number', 'rg', '-c', 'the') } },
  {
    name: 'jq, sort and uniq',
    needs: ['jq'],
    jobs: { hosts: shell('counted', 'jq -r .host | sort | uniq -c') },
  },
  {
    name: 'Miller',
    needs: ['mlr'],
    jobs: { hosts: piped('tabbed', 'mlr', '--ijsonl', '--otsv', 'count-distinct', '-f', 'host') },
  },
  {
    name: 'angle-grinder',
    needs: ['agrind'],
    jobs: { hosts: piped('logfmt', at('agrind'), '-o', 'logfmt', '* | json | count by host') },
  },
  {
    name: 'DuckDB',
    note: 'all cores; no stream: it reads everything, then answers',
    needs: installed.package('duckdb'),
    jobs: {
      words: piped('tabbed', ...python('duckdb_query.py', DUCKDB.words)),
      filter: piped('tabbed', ...python('duckdb_query.py', DUCKDB.filter)),
      hosts: piped('tabbed', ...python('duckdb_query.py', DUCKDB.hosts)),
    },
  },
  {
    name: 'ClickHouse (chDB)',
    note: 'all cores; no stream: it reads everything, then answers',
    needs: installed.package('chdb'),
    jobs: {
      words: piped('tabbed', ...python('clickhouse_query.py', CLICKHOUSE.words)),
      filter: piped('tabbed', ...python('clickhouse_query.py', CLICKHOUSE.filter)),
      hosts: piped('tabbed', ...python('clickhouse_query.py', CLICKHOUSE.hosts)),
    },
  },
  {
    name: 'Tenzir',
    needs: ['tenzir'],
    jobs: {
      words: piped('tabbed', at('tenzir'), TENZIR.words),
      hosts: piped('tabbed', at('tenzir'), TENZIR.hosts),
    },
  },
  {
    name: 'Bytewax',
    needs: installed.package('bytewax'),
    jobs: {
      words: piped('tabbed', ...python('bytewax_word_count.py', '-')),
      'words-tcp': { command: python('bytewax_word_count.py', '{port}'), way: 'tcp', format: 'tabbed' },
    },
  },
  {
    name: 'Spark Streaming (JVM)',
    note: 'local[2], batches of 1 s',
    needs: installed.spark,
    jobs: {
      'words-tcp': {
        command: java('spark', 'SocketWordCount', '{port}', '{words}'),
        way: 'tcp',
        format: 'tabbed',
      },
    },
  },
  {
    name: 'Spark Streaming (PySpark)',
    note: 'local[2], batches of 1 s',
    needs: installed.package('pyspark'),
    jobs: {
      'words-tcp': {
        command: python('socket_word_count.py', '{port}', '{words}'),
        way: 'tcp',
        format: 'tabbed',
      },
    },
  },
  {
    name: 'Structured Streaming (JVM)',
    note: 'local[2], from the file itself: its socket source is meant for tests',
    needs: installed.spark,
    jobs: { words: { command: java('spark', 'FileWordCount', '{file}'), way: 'none', format: 'tabbed' } },
  },
  {
    name: 'Structured Streaming (PySpark)',
    note: 'local[2], from the file itself',
    needs: installed.package('pyspark'),
    jobs: { words: { command: python('file_word_count.py', '{file}'), way: 'none', format: 'tabbed' } },
  },
  {
    name: 'Flink SQL',
    note: 'parallelism 2, as a stream with mini-batches; words of a pipe from the file itself',
    needs: installed.flink,
    jobs: {
      words: { command: java('flink', 'WordCount', '{file}'), way: 'none', format: 'tabbed' },
      'words-tcp': { command: java('flink', 'WordCount', '{port}'), way: 'tcp', format: 'tabbed' },
    },
  },
]

/** Everybody, dstream first. */
export const contenders: readonly Contender[] = [...dstreams, ...others]

/** What a contender lacks on this machine; undefined where it can run. */
export function missing(contender: Contender): string | undefined {
  return contender.needs.find((need) =>
    isAbsolute(need) ? !existsSync(need) : programOf(need) === undefined,
  )
}
