/**
 * Runs random chains of operators through a real Spark and through dstream, and compares batch by batch.
 *
 *   npm run test:spark                                # 500 chains
 *   npm run test:spark -- --chains 50 --seed 7        # others
 *   npm run test:spark -- --seed 7 --only 12          # one of them again
 *   npm run test:spark -- --operator join             # chains that end with one operator
 *   npm run test:spark -- --chains 0                  # what print writes, and no chains
 *
 * What `print` writes is compared with Spark's own, byte for byte. The exit code is 0 where nothing differs.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { active, type Chain, chainOf, waiting } from './chains.ts'
import { differenceOf } from './compare.ts'
import { type Answer, findPython, pythonOf, startOracle } from './oracle.ts'
import { comparePrints } from './prints.ts'
import { Random } from './random.ts'
import { runApi, runCli, wordsOf } from './run-dstream.ts'

const { values } = parseArgs({
  options: {
    chains: { type: 'string', default: '500' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    only: { type: 'string' },
    operator: { type: 'string' },
    group: { type: 'string', default: '25' },
  },
})
const seed = Number(values.seed)
const first = values.only === undefined ? 0 : Number(values.only)
const end = values.only === undefined ? Number(values.chains) : first + 1
const groupSize = Number(values.group)

const python = findPython()
if (python === undefined) {
  console.error('There is no Spark. Install it with: pip install pyspark==4.1.1')
  console.error('It needs Java 17. PYSPARK_PYTHON names the Python that has it, where that is not python3.')
  process.exit(2)
}

const folder = mkdtempSync(join(tmpdir(), 'dstream-spark-'))
const startedAt = Date.now()
const oracle = await startOracle(python, folder)
console.log(
  `Spark ${oracle.version}; seed ${seed}; ${active.length} operators: ${active.map(({ name }) => name).join(', ')}`,
)
if (waiting.length > 0) console.log(`not in dstream: ${waiting.join(', ')}`)

let printed = { cases: 0, differences: 0 }
const used = new Map<string, number>()
const totals = { chains: 0, batches: 0, differences: 0, refused: 0 }
try {
  const prints = values.only === undefined ? await comparePrints(python, folder, seed) : undefined
  for (const { case: entry, spark, ours } of prints?.differences ?? [])
    console.log(
      `print ${JSON.stringify(entry)}\n  Spark:   ${JSON.stringify(spark)}\n  dstream: ${JSON.stringify(ours)}`,
    )
  printed = { cases: prints?.cases ?? 0, differences: prints?.differences.length ?? 0 }
  console.log(`print: ${printed.cases} cases, ${printed.differences} differences`)
  for (let group = Math.floor(first / groupSize); group * groupSize < end; group++) {
    await runGroup(group)
    const seconds = Math.round((Date.now() - startedAt) / 1000)
    console.log(
      `${totals.chains} chains, ${totals.batches} batches, ${totals.differences} differences, ${seconds} s`,
    )
  }
} finally {
  oracle.stop()
  rmSync(folder, { recursive: true, force: true })
}

const counts = [...used]
  .sort(([, left], [, right]) => right - left)
  .map(([name, count]) => `${name} ${count}`)
console.log(`operators: ${counts.join(', ')}`)
console.log(
  `seed ${seed}: ${totals.chains} chains, ${totals.batches} batches, ${totals.differences} differences` +
    (totals.refused === 0 ? '' : `, ${totals.refused} chains that Spark refused`),
)
process.exitCode = totals.differences + totals.refused + printed.differences === 0 ? 0 : 1

/** All chains of a group have as many batches, for they share one StreamingContext. */
async function runGroup(group: number): Promise<void> {
  const count = new Random(seed + group).integer(3, 6)
  const chains: Chain[] = []
  for (
    let index = Math.max(first, group * groupSize);
    index < Math.min(end, (group + 1) * groupSize);
    index++
  )
    chains.push(chainOf(seed * 100_000 + index, count, values.operator))
  const answering = oracle.run(chains)
  answering.catch(() => {})
  const found: (readonly [string, Awaited<ReturnType<typeof runApi>> | Error])[][] = []
  for (const chain of chains) found.push(await runOurs(chain))
  for (const [index, answer] of (await answering).entries()) {
    report(group * groupSize + index, chains[index] as Chain, answer, found[index] ?? [])
  }
}

async function runOurs(chain: Chain) {
  const master = `local[${(chain.seed % 2) + 1}]`
  const attempt = async (name: string, run: ReturnType<typeof runApi>) =>
    [name, await run.catch((error: Error) => error)] as const
  return Promise.all([attempt('API', runApi(chain, master)), attempt('CLI', runCli(chain, master, folder))])
}

function report(
  index: number,
  chain: Chain,
  answer: Answer,
  found: readonly (readonly [string, Awaited<ReturnType<typeof runApi>> | Error])[],
): void {
  totals.chains += 1
  totals.batches += answer.batches.length
  for (const { method } of chain.steps) used.set(method, (used.get(method) ?? 0) + 1)
  const differences = found.flatMap(([name, ours]) => {
    const difference = ours instanceof Error ? ours.message : differenceOf(chain, answer.batches, ours)
    return difference === undefined ? [] : [`  ${name}: ${difference}`]
  })
  if (answer.error !== null) totals.refused += 1
  else if (differences.length > 0) totals.differences += 1
  else return
  const number = first > 0 ? first : index
  console.log(`chain ${number} (--seed ${seed} --only ${number})`)
  console.log(`  Spark:   ${pythonOf(chain)}`)
  console.log(
    `  dstream: ${wordsOf(chain, folder)
      .map((word) => (/^[\w:.-]+$/.test(word) ? word : `'${word}'`))
      .join(' ')}`,
  )
  console.log(`  in:      ${JSON.stringify(chain.batches)}`)
  if (chain.otherBatches !== undefined) console.log(`  other:   ${JSON.stringify(chain.otherBatches)}`)
  if (answer.error !== null) console.log(`  Spark refuses: ${answer.error}`)
  else console.log(differences.join('\n'))
}
