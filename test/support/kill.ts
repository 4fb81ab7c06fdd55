import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KilledLife, type Results } from './killed-life.ts'

/** Where a pipeline of the harness reads from. */
export type KilledSource = 'text' | 'stdin' | 'socket' | 'listen' | 'tail' | 'files'

/** Stages by the name of what they prove; each ends in files, whose names carry the batch's time. */
export const KILLED_PIPELINES: Readonly<Record<string, readonly string[]>> = {
  'word count': ['flatmap', 'split', 'count-by-value'],
  window: ['flatmap', 'split', 'window', '4s', '2s', 'count-by-value'],
  'window of sums': ['flatmap', 'split', 'map', 'w => [w, 1]', 'reduce-by-key-and-window', 'sum', '5s', '1s'],
  updateStateByKey: [
    'flatmap',
    'split',
    'update-state-by-key',
    '(values, state = 0) => state + values.length',
  ],
  'mapWithState with timeouts': [
    'flatmap',
    'split',
    'map',
    'w => [w, 1]',
    'map-with-state',
    'sum',
    '--timeout',
    '3s',
  ],
  join: ['map', 'l => [l.split(" ")[0], l]', 'join', '@TABLE'],
}

/** What one pipeline went through. */
export interface KilledRun {
  readonly kills: number
  /** How often it was begun anew, for it had ended before it was killed often enough. */
  readonly rounds: number
  /** What differs from the unbroken run; empty where all is well. */
  readonly differences: readonly string[]
  readonly stderr: string
}

/** Lines of few words, from a seed. */
export function killedLines(seed: number, count: number): readonly string[] {
  let state = seed >>> 0
  const next = (bound: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * bound)
  }
  return Array.from({ length: count }, () =>
    Array.from({ length: 1 + next(5) }, () => `w${next(40)}`).join(' '),
  )
}

/** Rounds after which it is a fault of the harness that a pipeline was not killed often enough. */
const MOST_ROUNDS = 40

/**
 * Run a pipeline once unbroken, and killed at random moments and started again until it ends; compare all that was
 * written. A machine may be too fast to be killed so often in one round: then there are more. `random` gives numbers
 * from 0 to 1.
 */
export async function killAndResume(
  source: KilledSource,
  stages: readonly string[],
  lines: readonly string[],
  kills: number,
  random: () => number,
): Promise<KilledRun> {
  const root = mkdtempSync(join(tmpdir(), 'dstream-kill-'))
  try {
    writeFileSync(join(root, 'table'), Array.from({ length: 20 }, (_, i) => `w${i}\tv${i}\n`).join(''))
    const words = stages.map((word) => word.replace('@TABLE', `@${join(root, 'table')}`))
    const lifeOf = (name: string): KilledLife => {
      const folder = join(root, name)
      mkdirSync(folder)
      return new KilledLife(folder, source, words, lines)
    }
    const whole = lifeOf('whole')
    const { milliseconds } = await whole.run(undefined)
    const expected = whole.results()
    const run = { kills: 0, rounds: 0, differences: [] as string[], stderr: '' }
    while (run.kills < kills) {
      if (++run.rounds > MOST_ROUNDS) throw new Error(`${MOST_ROUNDS} rounds, and ${run.kills} kills only`)
      const broken = lifeOf(`broken-${run.rounds}`)
      while (run.kills < kills && !broken.ended)
        if ((await broken.run(60 + random() * milliseconds * 0.7)).wasKilled) run.kills += 1
      if (!broken.ended) await broken.run(undefined)
      run.differences.push(...compare(expected, broken.results(), source))
      run.stderr += broken.stderr
    }
    return run
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

function compare(whole: Results, broken: Results, source: KilledSource): readonly string[] {
  const differences: string[] = []
  for (const name of new Set([...whole.keys(), ...broken.keys()])) {
    if (whole.get(name) === broken.get(name)) continue
    const missing =
      broken.get(name) === undefined ? 'missing' : whole.get(name) === undefined ? 'too much' : 'other'
    differences.push(`${source} ${name}: ${missing}`)
  }
  return differences
}
