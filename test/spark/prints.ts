import { execFile, spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { encodeBatches } from '../support/batches.ts'
import { dstream } from '../support/run.ts'
import { Random } from './random.ts'

const SOURCE = fileURLToPath(new URL('PrintOracle.java', import.meta.url))
const run = promisify(execFile)

/** What Spark asks of a JVM that it has not started itself. */
const OPENED = [
  'java.base/java.lang',
  'java.base/java.lang.invoke',
  'java.base/java.lang.reflect',
  'java.base/java.io',
  'java.base/java.net',
  'java.base/java.nio',
  'java.base/java.util',
  'java.base/java.util.concurrent',
  'java.base/java.util.concurrent.atomic',
  'java.base/jdk.internal.ref',
  'java.base/sun.nio.ch',
  'java.base/sun.nio.cs',
  'java.base/sun.security.action',
  'java.base/sun.util.calendar',
].flatMap((name) => ['--add-opens', `${name}=ALL-UNNAMED`])

/** A stream that is printed. */
export interface PrintCase {
  readonly count: number
  readonly batches: readonly (readonly unknown[])[]
}

/** A case whose print is not Spark's. */
export interface PrintDifference {
  readonly case: PrintCase
  readonly spark: string
  readonly ours: string
}

const FIXED: readonly PrintCase[] = [
  { count: 10, batches: [['hello', 'world'], [], ['']] },
  {
    count: 10,
    batches: [
      [1, -2, 0],
      [2147483648, -9007199254740991],
      [true, false, null],
    ],
  },
  { count: 10, batches: [[0.5, -1.25, 1e-3, 1e-4, 9999999.5, 10000000.5, 1.5e300, 1.5e-300]] },
  {
    count: 10,
    batches: [
      [
        ['a', 1],
        ['b', null],
      ],
      [[['a', 'b'], 1]],
      [['a', [1, ['x', 2]]]],
    ],
  },
  { count: 10, batches: [Array.from({ length: 10 }, (_, n) => n), Array.from({ length: 11 }, (_, n) => n)] },
  { count: 3, batches: [['a', 'b', 'c'], ['a', 'b', 'c', 'd'], ['a']] },
  {
    count: 1,
    batches: [
      [
        ['k', 'v'],
        ['k', 'w'],
      ],
      [],
    ],
  },
  { count: 10, batches: [['tab\there', 'two\nlines', 'é 日本 😀', ' ', '(a,1)', '...']] },
  {
    count: 10,
    batches: [
      [
        [],
        ['x'],
        ['x', 'y', 'z'],
        ['k', ['x', 'y', 'z']],
        [
          1,
          [
            [1, 2],
            [3, 4],
            [5, 6],
          ],
        ],
      ],
    ],
  },
]

/** Print fixed cases and random ones by both, and return the number of cases and those that differ by a byte. */
export async function comparePrints(
  python: string,
  folder: string,
  seed: number,
): Promise<{ cases: number; differences: PrintDifference[] }> {
  const random = new Random(seed)
  const cases = [...FIXED, ...Array.from({ length: 20 }, () => randomCase(random))]
  const wanted = await sparkPrints(python, folder, cases)
  const differences: PrintDifference[] = []
  for (const [index, entry] of cases.entries()) {
    const args = ['print', String(entry.count), '--format', 'spark', '--master', 'local[1]']
    const { stdout: ours, stderr } = await dstream(args, encodeBatches(entry.batches))
    const spark = wanted[index] ?? ''
    if (ours !== spark) differences.push({ case: entry, spark, ours: ours + stderr })
  }
  return { cases: cases.length, differences }
}

async function sparkPrints(python: string, folder: string, cases: readonly PrintCase[]): Promise<string[]> {
  const { stdout } = await run(python, ['-c', 'import pyspark; print(pyspark.__path__[0])'])
  const jars = `${stdout.trim()}/jars/*`
  await run('javac', ['-d', folder, '-cp', jars, SOURCE])
  const args = [
    ...OPENED,
    '-XX:+UseSerialGC',
    '-Dfile.encoding=UTF-8',
    '-cp',
    `${folder}:${jars}`,
    'PrintOracle',
  ]
  const env = { ...process.env, SPARK_LOCAL_IP: '127.0.0.1' }
  const child = spawn('java', args, { env, cwd: folder, stdio: ['pipe', 'pipe', 'pipe'] })
  child.stdin.end(cases.map((entry) => `${JSON.stringify(entry)}\n`).join(''))
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  const prints = out.split('\0\n')
  if (prints.length <= cases.length)
    throw new Error(`Spark printed ${prints.length - 1} cases: ${err.slice(-4000)}`)
  return prints
}

function randomCase(random: Random): PrintCase {
  const make = random.pick<() => unknown>([
    () => random.integer(-1e9, 1e9),
    () => random.integer(-1e9, 1e9) / random.pick([3, 7, 1e3, 1e9, 1e14]),
    () => random.pick(['a', 'b c', '', 'é', '(', ',', '日本']),
    () => [random.pick(['a', 'b']), random.integer(0, 9)],
    () => [
      [random.pick(['a', 'b']), random.integer(0, 9)],
      [random.integer(0, 9), null],
    ],
  ])
  const batch = () => Array.from({ length: random.integer(0, 13) }, make)
  return { count: random.pick([10, 10, 5, 1]), batches: Array.from({ length: 3 }, batch) }
}
