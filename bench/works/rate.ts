/** How many bytes a second a stream may have before its batches fall behind. */
import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { readAnswer } from '../answers.ts'
import { java } from '../contenders.ts'
import { type Input, textInput } from '../inputs.ts'
import { median, type Run, run } from '../measure.ts'
import { atLeast, type Section, table, type Work } from '../section.ts'
import { CONTENDERS, programOf, type Settings } from '../settings.ts'
import { engine } from './engine.ts'

/** A run at one rate. */
interface Attempt {
  readonly wanted: number
  /** Bytes a second that were sent. */
  readonly sent: number
  /** Median of the total delay of the last third of all batches, in milliseconds. */
  readonly delay: number
  readonly holds: boolean
}

/** The words in the first `bytes` of a file that is sent over and over. */
function wordsOf(input: Input, bytes: number): number {
  const rest = Buffer.alloc(bytes % input.bytes)
  const file = openSync(input.path, 'r')
  for (let at = 0; at < rest.length; ) at += readSync(file, rest, at, rest.length - at, at)
  closeSync(file)
  const words = rest
    .toString('latin1')
    .split(/[ \n]+/)
    .filter((word) => word !== '')
  return Math.floor(bytes / input.bytes) * input.words + words.length
}

function attempt(
  command: readonly string[],
  input: Input,
  wanted: number,
  seconds: number,
  limit: number,
): Attempt {
  const rate = Number.isFinite(wanted) ? { rate: Math.round(wanted) } : {}
  const found: Run = run(
    command,
    { way: 'tcp', path: input.path, repeat: 1_000_000, seconds, ...rate },
    limit,
  )
  const batches = [...found.stderr.matchAll(/^batch (\d+) (\d+) (\d+)$/gm)]
    .map(([, records, scheduling, processing]) => ({
      records: Number(records),
      delay: Number(scheduling) + Number(processing),
    }))
    .filter(({ records }) => records > 0)
  const third = (from: number): number =>
    median(
      batches
        .slice(Math.floor((batches.length * from) / 3), Math.floor((batches.length * (from + 1)) / 3))
        .map(({ delay }) => delay),
    )
  const delay = third(2)
  const sent = found.feeding > 0 ? found.bytes / found.feeding : 0
  const counted = [...readAnswer(found.stdout, 'tabbed').values()].reduce((a, b) => a + b, 0)
  const right = found.code === 0 ? wordsOf(input, found.bytes) : 0
  if (found.code === 0 && counted !== right)
    throw new Error(`counted ${counted} words, not ${right}: ${command.slice(-3).join(' ')}`)
  const keeps = !Number.isFinite(wanted) || sent >= 0.97 * wanted
  // A queue that gets shorter was made while the program was still being compiled.
  const steady = delay <= 1000 || delay < 0.9 * third(1)
  console.error(
    `  ${(sent / 1e6).toFixed(1)} MB/s: delay of ${delay} ms${steady ? '' : ', growing'}, exit ${found.code}`,
  )
  return { wanted, sent, delay, holds: found.code === 0 && keeps && steady }
}

/** Double the rate until it is too much, then look between. */
function search(command: readonly string[], input: Input, settings: Settings): Attempt | undefined {
  const seconds = settings.quick ? 15 : 45
  let best: Attempt | undefined
  let tooMuch = Number.POSITIVE_INFINITY
  let rate = settings.quick ? 4e6 : 8e6
  for (let tries = 0; tries < (settings.quick ? 5 : 8); tries++) {
    const found = attempt(command, input, rate, seconds, settings.limit)
    if (found.holds) best = found
    else tooMuch = rate
    if (best !== undefined && tooMuch / best.wanted < 1.1) break
    rate =
      best === undefined ? rate / 2 : Number.isFinite(tooMuch) ? Math.sqrt(best.wanted * tooMuch) : rate * 2
  }
  return best
}

function measure(settings: Settings): Section {
  const input = textInput(settings.text)
  const seconds = settings.quick ? 5 : 20
  const rows: string[][] = []
  const row = (name: string, found: Attempt | undefined): void => {
    rows.push([
      name,
      found === undefined ? 'none' : (found.sent / 1e6).toFixed(1),
      found === undefined ? '' : (((found.sent / input.bytes) * input.words) / 1e6).toFixed(1),
      found === undefined ? '' : found.delay.toFixed(0),
    ])
  }
  const own = ['local[1]', 'local[2]'].map((master) => {
    const found = attempt(
      engine('rate.ts', '{port}', master),
      input,
      Number.POSITIVE_INFINITY,
      seconds,
      settings.limit,
    )
    row(`dstream ${master}`, found)
    return { master, found }
  })
  const installed = existsSync(join(CONTENDERS, 'spark/classes')) && programOf('java') !== undefined
  const spark = installed
    ? search(java('spark', 'SocketWordCount', '{port}', '0'), input, settings)
    : undefined
  row('Spark Streaming (JVM), local[2]', spark)
  return {
    title: 'Sustained rate over TCP',
    text: [
      'Word count with batches of 1 s. dstream holds its sender back when it is behind, so it is sent as much as it takes; Spark takes all and lets batches queue, so its rate is searched for: the largest at which the total delay (scheduling and processing) of the last third of the batches is at most the interval, or smaller than that of the third before. The words of every run are checked.',
      table(['program', 'MB/s', 'M words/s', 'delay ms'], rows),
    ].join('\n\n'),
    goals: own.map(({ master, found }) =>
      atLeast(
        `dstream ${master}: ≥ 20 × Spark Streaming (JVM) local[2]`,
        spark === undefined || !found.holds ? undefined : found.sent / spark.sent,
        20,
      ),
    ),
  }
}

/** As much as it takes, against Spark. */
export const rate: Work = {
  name: 'rate',
  summary: 'sustained bytes a second over TCP with batches of 1 s, against Spark',
  measure,
}
