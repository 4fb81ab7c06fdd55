/**
 * `npm run test:fuzz`: hostile bytes for SECONDS (60) a target, from SEED (the time), TARGET alone where it is said. Each
 * target has a process of its own, so that a crash or a hang is a finding too. Findings are made small and written into
 * test/corpus.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { minimised } from './mutate.ts'
import { execute, randomOf, type Target } from './target.ts'
import { CORPUS, corpusOf, fuzz, TARGETS } from './targets.ts'

const SECONDS = Number(process.env.SECONDS ?? 60)
const SEED = Number(process.env.SEED ?? Date.now() % 2 ** 31)
/** Milliseconds that a process may take to begin, to end its last run and to make a finding small. */
const GRACE = 60_000

interface Result {
  readonly executions: number
  readonly entries: number
  readonly findings: number
}

/** In the process of a target: run it, and write what became of it. */
async function child(target: Target, folder: string): Promise<void> {
  const entries = [...corpusOf(target).values(), ...(await target.seeds())]
  let findings = 0
  for (const bytes of entries) {
    writeFileSync(join(folder, 'current'), bytes)
    await execute(target, bytes).catch((error: unknown) => {
      findings += 1
      console.error(`${target.name}: an entry of the corpus fails: ${String(error)}`)
    })
  }
  const end = performance.now() + SECONDS * 1000
  const { executions, finding } = await fuzz(
    target,
    entries,
    randomOf(SEED),
    () => performance.now() < end,
    (bytes) => writeFileSync(join(folder, 'current'), bytes),
  )
  if (finding !== undefined) {
    findings += 1
    const small = await minimised(finding.bytes, (bytes) =>
      execute(target, bytes).then(
        () => false,
        () => true,
      ),
    )
    keep(target, small, finding.error)
  }
  writeFileSync(join(folder, 'result'), JSON.stringify({ executions, entries: entries.length, findings }))
}

function keep({ name, corpus }: Target, bytes: Uint8Array, error: unknown): void {
  const path = `${CORPUS}${corpus}/found-${SEED}-${name.replaceAll(' ', '-')}`
  writeFileSync(path, bytes)
  console.error(`${name}: ${error instanceof Error ? error.stack : String(error)}\n  kept as ${path}`)
}

async function parent(target: Target): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'dstream-fuzzing-'))
  try {
    const words = [...process.execArgv, fileURLToPath(import.meta.url), target.name, folder]
    const env = { ...process.env, SEED: String(SEED), SECONDS: String(SECONDS) }
    const process_ = spawn(process.execPath, words, { stdio: ['ignore', 'inherit', 'inherit'], env })
    const timer = setTimeout(() => process_.kill('SIGKILL'), SECONDS * 1000 + GRACE)
    const code = await new Promise<number | null>((resolve) => process_.on('close', resolve))
    clearTimeout(timer)
    if (code === 0) return JSON.parse(readFileSync(join(folder, 'result'), 'utf8')) as Result
    keep(target, readFileSync(join(folder, 'current')), `the process ended with ${code ?? 'SIGKILL'}`)
    return { executions: 0, entries: 0, findings: 1 }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const [name, folder] = process.argv.slice(2)
if (name !== undefined && folder !== undefined) {
  await child(TARGETS.find((target) => target.name === name) as Target, folder)
  process.exit()
}
const only = process.env.TARGET
console.log(`seed ${SEED}, ${SECONDS} s a target\n`)
console.log('| target | executions | corpus | findings | executions/s |')
console.log('|---|---|---|---|---|')
for (const target of TARGETS.filter((each) => only === undefined || each.name === only)) {
  const { executions, entries, findings } = await parent(target)
  const cells = [target.name, executions, entries, findings, Math.round(executions / SECONDS)]
  console.log(`| ${cells.map((cell) => cell.toLocaleString('en')).join(' | ')} |`)
  if (findings > 0) process.exitCode = 1
}
