/**
 * Measures what issue texts promise of the command as a process, and writes docs/figures.md. Run on a quiet machine:
 * `npm run figures`. Load goes to loopback and pipes only, and ends by itself.
 */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'
import { type BatchInfo, Milliseconds, StreamingContext } from '../src/index.ts'

const COMMAND = fileURLToPath(new URL('../bin/run.js', import.meta.url))
const NODE = process.execPath

interface Figure {
  readonly what: string
  readonly goal: string
  readonly found: string
  readonly holds: boolean
}

function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN
}

function shell(line: string): { code: number | null; stdout: string; stderr: string; milliseconds: number } {
  const started = performance.now()
  const text = `dstream() { '${NODE}' '${COMMAND}' "$@"; }; ${line}`
  const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-c', text], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  return { code: status, stdout, stderr, milliseconds: performance.now() - started }
}

/** Start to first output against `node -e 0`, in pairs. */
function startUp(): Figure[] {
  const lines = {
    emit: `echo a | '${NODE}' '${COMMAND}' flatmap split reduce-by-key | cat`,
    print: `echo a | '${NODE}' '${COMMAND}' flatmap split reduce-by-key print | cat`,
  }
  return Object.entries(lines).map(([name, line]) => {
    const ratios: number[] = []
    const times: number[] = []
    const bases: number[] = []
    for (let pair = 0; pair < 31; pair++) {
      const time = (command: string): number => {
        const started = performance.now()
        spawnSync('sh', ['-c', command])
        return performance.now() - started
      }
      const base = time(`'${NODE}' -e 0 | cat`)
      const own = time(line)
      ratios.push(own / base)
      times.push(own)
      bases.push(base)
    }
    const ratio = quantile(ratios, 0.5)
    const found = `${ratio.toFixed(2)} × (${quantile(times, 0.5).toFixed(0)} ms against ${quantile(bases, 0.5).toFixed(0)} ms, medians of 31 pairs)`
    return {
      what: `start to end of \`echo a \\| dstream flatmap split reduce-by-key\`, ${name}`,
      goal: '≤ 2.0 × `node -e 0`',
      found,
      holds: ratio <= 2,
    }
  })
}

/** One record a second into a pipe: from the write to the read. */
async function latency(output: readonly string[]): Promise<Figure> {
  const child = spawn(NODE, [COMMAND, 'stdin', ...output])
  const delays: number[] = []
  await new Promise((resolve) => setTimeout(resolve, 500))
  for (let record = 0; record < 10; record++) {
    const name = `record-${record}`
    const arrived = new Promise<void>((resolve) => {
      const look = (chunk: Buffer): void => {
        if (!chunk.toString().includes(name)) return
        child.stdout.off('data', look)
        resolve()
      }
      child.stdout.on('data', look)
    })
    const written = performance.now()
    child.stdin.write(`${name}\n`)
    await arrived
    delays.push(performance.now() - written)
    // A second later by the clock, and not by the batch, so that every phase of an interval is met.
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, 1037 - (performance.now() - written))))
  }
  child.stdin.end()
  await once(child, 'close')
  const worst = Math.max(...delays)
  return {
    what: `one record a second into a pipe, \`${output.join(' ')}\`: write to read`,
    goal: '≤ interval (1,000 ms) + 100 ms',
    found: `worst ${worst.toFixed(0)} ms, median ${quantile(delays, 0.5).toFixed(0)} ms of 10`,
    holds: worst <= 1100,
  }
}

/** 10,000 lines a second for a minute at an interval of 100 ms. */
async function steady(seconds: number): Promise<Figure> {
  const sender = `
    const net = require('node:net')
    net.createServer((socket) => {
      let sent = 0
      const started = performance.now()
      const timer = setInterval(() => {
        const due = Math.min(${seconds} * 10000, Math.floor((performance.now() - started) * 10))
        let text = ''
        for (; sent < due; sent++) text += 'the quick brown fox ' + sent + '\\n'
        socket.write(text)
        if (sent >= ${seconds} * 10000) { clearInterval(timer); socket.end() }
      }, 10)
      socket.on('error', () => process.exit())
    }).listen(0, '127.0.0.1', function () { console.log(this.address().port) })`
  const child = spawn(NODE, ['-e', sender], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const batches: BatchInfo[] = []
  let words = 0
  const port = { format: 'spark', write: () => undefined, show: () => undefined, report: () => {} }
  const context = new StreamingContext({ batchDuration: Milliseconds(100), port })
  context
    .source<string>('socket', ['127.0.0.1', Number(line)], { once: true })
    .flatMap((text) => text.split(' '))
    .map((word) => [word, 1] as const)
    .reduceByKey((a, b) => a + b)
    .foreachRDD((rdd) =>
      rdd.foreach(([, count]) => {
        words += count
      }),
    )
  context.addStreamingListener({ onBatchCompleted: ({ batchInfo }) => void batches.push(batchInfo) })
  context.start()
  await context.awaitTermination()
  child.kill()
  const skipped = batches.filter(
    (batch, index) => index > 0 && batch.batchTime - (batches[index - 1] as BatchInfo).batchTime !== 100,
  )
  const late = batches.map((batch) => (batch.processingStartTime ?? 0) - batch.batchTime)
  const total = batches.map((batch) => batch.totalDelay ?? 0)
  const rows = batches.reduce((sum, batch) => sum + batch.numRecords, 0)
  const found = [
    `${batches.length} batches, ${skipped.length} skipped, ${rows.toLocaleString('en')} lines, ${words.toLocaleString('en')} words`,
    `scheduling delay (batch time to start) p50 ${quantile(late.slice(0, -1), 0.5)} ms, p99 ${quantile(late.slice(0, -1), 0.99)} ms`,
    `processing p99 ${quantile(total, 0.99)} ms`,
  ].join('; ')
  return {
    what: `interval of 100 ms under 10,000 lines a second for ${seconds} s`,
    goal: 'no batch skipped, no line lost',
    found,
    holds:
      skipped.length === 0 &&
      rows === seconds * 10_000 &&
      words === rows * 5 &&
      batches.length >= seconds * 10 - 1,
  }
}

/** A closed reader, again and again. */
function closedReader(times: number): Figure {
  const durations: number[] = []
  let good = 0
  for (let run = 0; run < times; run++) {
    const { stderr, milliseconds } = shell(
      'yes | (dstream flatmap split reduce-by-key; echo $? >&2) | head -1 >/dev/null',
    )
    durations.push(milliseconds)
    if (stderr.trim() === '0' && milliseconds <= 2200) good += 1
  }
  return {
    what: '`yes \\| dstream flatmap split reduce-by-key \\| head -1`',
    goal: `ends within two intervals, exit 0, ${times} of ${times}`,
    found: `${good} of ${times}; median ${quantile(durations, 0.5).toFixed(0)} ms, worst ${Math.max(...durations).toFixed(0)} ms, Node's start included`,
    holds: good === times,
  }
}

/** Noise for ten seconds: memory rises and falls with each batch's keys, so the halves are compared by their medians. */
async function noise(): Promise<Figure> {
  const child = spawn(NODE, [COMMAND, 'flatmap', 'split', 'reduce-by-key', 'count'])
  const source = spawn('timeout', ['10', 'cat', '/dev/urandom'], { stdio: ['ignore', 'pipe', 'inherit'] })
  source.stdout.pipe(child.stdin)
  let batches = 0
  child.stdout.on('data', (chunk: Buffer) => {
    batches += chunk.toString().split('\n').length - 1
  })
  child.stderr.resume()
  const sizes: number[] = []
  const timer = setInterval(() => {
    const { stdout } = spawnSync('ps', ['-o', 'rss=', '-p', String(child.pid)], { encoding: 'utf8' })
    if (Number(stdout) > 0) sizes.push(Number(stdout) / 1024)
  }, 200)
  const [code] = (await once(child, 'close')) as [number]
  clearInterval(timer)
  const settled = sizes.slice(5)
  const early = quantile(settled.slice(0, settled.length / 2), 0.5)
  const late = quantile(settled.slice(settled.length / 2), 0.5)
  return {
    what: '`/dev/urandom` for 10 s into `flatmap split reduce-by-key count`',
    goal: 'neither crashes nor grows',
    found: `exit ${code}, ${batches} batches, median memory of the first half ${early.toFixed(0)} MiB, of the second ${late.toFixed(0)} MiB, at most ${Math.max(...sizes).toFixed(0)} MiB`,
    holds: code === 0 && batches >= 9 && late <= early * 1.25,
  }
}

/** A line of 1 GiB. */
function endlessLine(): Figure {
  const { code, stderr } = shell('head -c 1073741824 /dev/zero | tr "\\0" x | dstream --stats count')
  const memory = Number(/peak memory (\d+) MiB/.exec(stderr)?.[1])
  const named = /stdin: the line that starts at byte 0 is longer than 16 MiB/.test(stderr)
  return {
    what: 'a line of 1 GiB without a newline',
    goal: 'refused by name, memory under 300 MB',
    found: `exit ${code}, ${named ? 'named with its place' : stderr}, peak ${memory} MiB`,
    holds: code === 1 && named && memory < 286,
  }
}

/** Word count of a long stream: memory does not follow the input. */
function longStream(): Figure {
  const { code, stderr, milliseconds } = shell(
    "yes 'to be or not to be that is the question' | head -c 2000000000 | dstream --stats flatmap split reduce-by-key >/dev/null",
  )
  const memory = Number(/peak memory (\d+) MiB/.exec(stderr)?.[1])
  return {
    what: 'word count of 2 GB from a pipe (asks-5)',
    goal: 'memory under 200 MB, whatever the input',
    found: `exit ${code}, peak ${memory} MiB, ${(milliseconds / 1000).toFixed(1)} s`,
    holds: code === 0 && memory < 190,
  }
}

const quick = process.argv.includes('--quick')
const figures: Figure[] = [
  ...startUp(),
  await latency(['emit']),
  await latency(['print']),
  await steady(quick ? 5 : 60),
  closedReader(quick ? 5 : 100),
  await noise(),
  endlessLine(),
  longStream(),
]
const [cpu] = cpus()
const table = figures.map(
  ({ what, goal, found, holds }) => `| ${what} | ${goal} | ${found} | ${holds ? 'yes' : '**no**'} |`,
)
const text = `# Figures

Measured by \`npm run figures\` on ${cpus().length} cores (${cpu?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}. A loaded machine gives other numbers:
what counts are ratios and bounds.

| what | goal | found | holds |
|---|---|---|---|
${table.join('\n')}
`
console.log(text)
if (!quick) writeFileSync(fileURLToPath(new URL('../docs/figures.md', import.meta.url)), text)
if (figures.some(({ holds }) => !holds)) process.exitCode = 1
