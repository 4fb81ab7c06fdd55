/**
 * The inputs, from a fixed seed. Whoever makes a text knows what is in it: the generator counts what it writes, and
 * that is the reference that every contender's answer is compared with.
 */
import { closeSync, existsSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { dataFolder } from './settings.ts'

/** A file, and what is in it. */
export interface Input {
  readonly path: string
  readonly bytes: number
  readonly lines: number
  readonly words: number
  /** Lines with `the` in them. */
  readonly matches: number
  /** How often each key is in it: words of the text, hosts of the events. */
  readonly counts: readonly (readonly [key: string, count: number])[]
}

/** A generator: writes about so many bytes, one part per call of `write`, and says what it wrote. */
type Generator = (bytes: number, write: (text: string) => void) => Omit<Input, 'path' | 'bytes'>

const DISTINCT = 50_000

/** Xorshift of 32 bits, from 0 to 1: the same numbers everywhere. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

function vocabulary(next: () => number): string[] {
  const words = new Set<string>()
  while (words.size < DISTINCT) {
    const length = 2 + Math.floor(next() * next() * 12)
    let word = ''
    for (let i = 0; i < length; i++) word += String.fromCharCode(97 + Math.floor(next() * 26))
    words.add(word)
  }
  return [...words]
}

/** Lines of 5 to 15 words; the n-th word is met 1/n as often as the first. */
const text: Generator = (bytes, write) => {
  const next = random(12345)
  const words = vocabulary(next)
  const frequency = new Float64Array(DISTINCT)
  let total = 0
  for (let i = 0; i < DISTINCT; i++) {
    total += 1 / (i + 1)
    frequency[i] = total
  }
  const pick = (): number => {
    const place = next() * total
    let low = 0
    let high = DISTINCT - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if ((frequency[middle] as number) < place) low = middle + 1
      else high = middle
    }
    return low
  }
  const counts = new Float64Array(DISTINCT)
  let written = 0
  let lines = 0
  let matches = 0
  while (written < bytes) {
    let part = ''
    for (let i = 0; i < 20_000; i++) {
      let line = ''
      const length = 5 + Math.floor(next() * 11)
      for (let j = 0; j < length; j++) {
        const word = pick()
        counts[word] = (counts[word] as number) + 1
        line += j === 0 ? words[word] : ` ${words[word]}`
      }
      if (line.includes('the')) matches += 1
      part += `${line}\n`
    }
    lines += 20_000
    written += part.length
    write(part)
  }
  const met = words.map((word, i) => [word, counts[i] as number] as const).filter(([, count]) => count > 0)
  return { lines, words: counts.reduce((sum, count) => sum + count, 0), matches, counts: met }
}

/** Lines of a web server's log as JSON. */
const events: Generator = (bytes, write) => {
  const next = random(777)
  const below = (limit: number): number => Math.floor(next() * limit)
  const hosts = Array.from({ length: 500 }, (_, i) => `host-${i}.example`)
  const levels = ['info', 'info', 'info', 'warn', 'error', 'debug']
  const statuses = [200, 200, 200, 404, 500]
  const counts = new Map<string, number>()
  let time = 1_700_000_000_000
  let written = 0
  let lines = 0
  while (written < bytes) {
    let part = ''
    for (let i = 0; i < 10_000; i++) {
      time += below(4)
      const host = hosts[Math.floor(next() * next() * 500)] as string
      counts.set(host, (counts.get(host) ?? 0) + 1)
      const event = {
        ts: time,
        host,
        level: levels[below(6)],
        status: statuses[below(5)],
        bytes: below(100_000),
        path: `/p/${below(1000)}`,
        msg: `request "served" in ${below(900)} ms`,
      }
      part += `${JSON.stringify(event)}\n`
    }
    lines += 10_000
    written += part.length
    write(part)
  }
  return { lines, words: 0, matches: 0, counts: [...counts] }
}

/** Numbered keys: each of `keys` once, in order, then `batches` times a hundred thousand of them, spread evenly. */
function numbered(keys: number, batches: number): Generator {
  return (_bytes, write) => {
    const perBatch = 100_000
    for (let first = 0; first < keys; first += perBatch) {
      write(Array.from({ length: perBatch }, (_, i) => `key-${first + i}\n`).join(''))
    }
    const step = Math.floor(keys / perBatch)
    for (let batch = 0; batch < batches; batch++) {
      const shift = batch % step
      write(Array.from({ length: perBatch }, (_, i) => `key-${i * step + shift}\n`).join(''))
    }
    return { lines: keys + batches * perBatch, words: 0, matches: 0, counts: [] }
  }
}

function make(name: string, bytes: number, generate: Generator): Input {
  const path = join(dataFolder('inputs'), name)
  const facts = `${path}.json`
  if (existsSync(facts)) return { ...(JSON.parse(readFileSync(facts, 'utf8')) as Input), path }
  console.error(`making ${name}`)
  const file = openSync(`${path}.part`, 'w')
  let written = 0
  const known = generate(bytes, (part) => {
    written += writeSync(file, part)
  })
  closeSync(file)
  renameSync(`${path}.part`, path)
  const input = { path, bytes: written, ...known }
  writeFileSync(facts, JSON.stringify(input))
  return input
}

/** About so many megabytes of English-like text: 33 M words in 200 MB, 50,000 distinct ones after Zipf's law. */
export function textInput(megabytes: number): Input {
  return make(`text-${megabytes}.txt`, megabytes * 1e6, text)
}

/** About so many megabytes of NDJSON, with 500 hosts. */
export function eventsInput(megabytes: number): Input {
  return make(`events-${megabytes}.ndjson`, megabytes * 1e6, events)
}

/** A line per key for `keys` keys, and `batches` of 100,000 lines each behind them. */
export function keysInput(keys: number, batches: number): Input {
  return make(`keys-${keys}-${batches}.txt`, 0, numbered(keys, batches))
}
