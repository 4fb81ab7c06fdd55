/**
 * `npm run test:real [NAME…]`: the tests against real servers, those of Kafka one after the other and beside them all
 * others. Servers are installed from the ordinary registries where they are missing, into test/real/.servers or by
 * apt-get; each test stops what it started.
 */
import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Milliseconds that a file has. */
const LIMIT = 600_000

const folder = fileURLToPath(new URL('.', import.meta.url))
const wanted = process.argv.slice(2)
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.test.ts'))
  .filter((name) => wanted.length === 0 || wanted.some((word) => name.startsWith(word)))

/** What is said where a registry cannot be reached, or a program cannot be installed. */
const UNAVAILABLE =
  /is not installed, and could not be|Could not transfer artifact|Could not resolve dependencies|npm (?:error|ERR!) network|EAI_AGAIN|ENOTFOUND/

let failed = 0
let passed = 0
async function runAll(lane: readonly string[]): Promise<void> {
  for (const file of lane) await runOne(file)
}

async function runOne(file: string): Promise<void> {
  const began = performance.now()
  const { code, said } = await run(file)
  const seconds = ((performance.now() - began) / 1000).toFixed(0)
  const totals = /^# \{ .* \}$/m.exec(said)?.[0] ?? '# no test was counted'
  const isUnavailable = code !== 0 && UNAVAILABLE.test(said) && !/^ok /m.test(said)
  const outcome = code === 0 ? 'ok     ' : isUnavailable ? 'SKIPPED' : 'FAILED '
  console.log(`${outcome} ${file.padEnd(24)} ${seconds.padStart(4)} s  ${totals.slice(2)}`)
  for (const [line] of said.matchAll(/^ *# .*kills.*$/gm)) console.log(`       ${line.trim().slice(2)}`)
  if (code === 0) passed += 1
  else if (isUnavailable) console.log(`        its server cannot be had here: ${UNAVAILABLE.exec(said)?.[0]}`)
  else {
    failed += 1
    console.log(said.slice(-20_000))
  }
}

// Most of the time is spent waiting: for servers that start, that were killed, for leases that end.
const isKafka = (file: string): boolean => file.startsWith('kafka')
await Promise.all([runAll(files.filter(isKafka)), runAll(files.filter((file) => !isKafka(file)))])
if (passed === 0) console.log('no server was tested')
process.exitCode = failed === 0 && passed > 0 ? 0 : 1

function run(file: string): Promise<{ readonly code: number | null; readonly said: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--import=tsx', `${folder}${file}`], {
      env: { ...process.env, TAP_TIMEOUT: String(LIMIT / 1000) },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    const keep = (chunk: Buffer): void => {
      said += chunk
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    const timer = setTimeout(() => child.kill('SIGTERM'), LIMIT)
    child.on('close', (code) => {
      clearTimeout(timer)
      resolve({ code, said })
    })
  })
}
