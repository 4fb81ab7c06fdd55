/** A batch costs the keys that it touches, not those that are kept. */
import type { Batch } from '../engine/batches.ts'
import { keysInput } from '../inputs.ts'
import { median } from '../measure.ts'
import { atMost, type Section, table, type Work } from '../section.ts'
import type { Settings } from '../settings.ts'
import { runBatches } from './engine.ts'

const BATCH_LINES = 100_000
const SMALL = 100_000
/** Batches after the one that makes the keys, and how many of them warm the engine up. */
const BATCHES = 60
const WARM = 20

function check(batches: readonly Batch[], keys: number): void {
  const filling = keys / BATCH_LINES
  const step = filling
  batches.forEach(({ sum, count }, i) => {
    // A key is touched once when it is made, and once in each round of `step` batches after that.
    const times = i < filling ? 1 : 2 + Math.floor((i - filling) / step)
    if (count !== BATCH_LINES || sum !== BATCH_LINES * times) {
      throw new Error(`state of ${keys} keys, batch ${i}: ${count} pairs that sum to ${sum}`)
    }
  })
}

function measure(settings: Settings): Section {
  const sizes = [SMALL, settings.quick ? 1_000_000 : 10_000_000] as const
  const figures = sizes.map((keys) => ({
    keys,
    times: [] as number[],
    peaks: [] as number[],
    missing: false,
  }))
  for (let round = 0; round < Math.min(settings.pairs, 3); round++) {
    for (const size of figures) {
      const batches = size.keys / BATCH_LINES + BATCHES
      const { path } = keysInput(size.keys, BATCHES)
      const report = runBatches({
        pipeline: 'state',
        files: [path],
        batchLines: BATCH_LINES,
        batches,
        master: 'local[1]',
      })
      size.missing = report.missing === true
      if (size.missing) continue
      check(report.batches, size.keys)
      size.times.push(
        median(report.batches.slice(size.keys / BATCH_LINES + WARM, batches).map(({ whole }) => whole)),
      )
      size.peaks.push(report.peakMegabytes)
    }
  }
  const title = 'A large state'
  const [small, large] = figures as [(typeof figures)[0], (typeof figures)[0]]
  const goal = `state of ${large.keys.toLocaleString('en')} keys: a batch takes ≤ 2 × that on ${SMALL.toLocaleString('en')} keys`
  if (small.missing) {
    return {
      title,
      text: 'Not yet: this dstream has no `map-with-state`.',
      goals: [{ goal, found: 'not yet', holds: undefined }],
    }
  }
  const rows = figures.map(({ keys, times, peaks }) => [
    keys.toLocaleString('en'),
    median(times).toFixed(1),
    Math.max(...peaks).toFixed(0),
  ])
  return {
    title,
    text: [
      `\`map-with-state\`, local[1]: batches of ${BATCH_LINES.toLocaleString('en')} keys, spread evenly over all that are kept${settings.quick ? '' : ', 1 % of the larger state'}. A batch's time is that of receiving it and of all that follows; every sum is checked. That it grows at all has a reason that no engine can get round: a large table is not in the processor's caches.`,
      table(['keys', 'batch ms', 'peak MB'], rows),
    ].join('\n\n'),
    goals: [atMost(goal, median(large.times) / median(small.times), 2)],
  }
}

/** 100,000 keys against 10 million. */
export const state: Work = {
  name: 'state',
  summary: 'time of a batch of 100,000 keys, by the size of the state',
  measure,
}
