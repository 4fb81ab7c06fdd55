/** A slide costs the batch that comes and the one that leaves, not the window. */
import type { BatchesReport } from '../engine/batches.ts'
import { textInput } from '../inputs.ts'
import { median } from '../measure.ts'
import { atMost, type Section, table, type Work } from '../section.ts'
import type { Settings } from '../settings.ts'
import { runBatches } from './engine.ts'

const LENGTHS = [1, 10, 60] as const
/** Lines of a batch: a million words. */
const BATCH_LINES = 100_000
/** Measured once the longest window is full and warm. */
const FIRST = 70
const BATCHES = 110
const MASTER = 'local[2]'

function check(report: BatchesReport, length: number, perBatch: readonly number[]): void {
  report.batches.forEach(({ sum }, i) => {
    const right = perBatch.slice(Math.max(0, i + 1 - length), i + 1).reduce((a, b) => a + b, 0)
    if (sum !== right) throw new Error(`a window of ${length} s has ${sum} words at batch ${i}, not ${right}`)
  })
}

function measure(settings: Settings): Section {
  const { path, lines } = textInput(settings.text)
  const files = Array.from({ length: Math.ceil((BATCHES * BATCH_LINES) / lines) }, () => path)
  const found = new Map<number, { whole: number[]; processing: number[]; peak: number[] }>(
    LENGTHS.map((length) => [length, { whole: [], processing: [], peak: [] }]),
  )
  let perBatch: number[] = []
  for (let round = 0; round < Math.min(settings.pairs, 5); round++) {
    for (const length of LENGTHS) {
      const report = runBatches({
        pipeline: 'window',
        files,
        batchLines: BATCH_LINES,
        batches: BATCHES,
        master: MASTER,
        length,
      })
      // The window of one batch is the batch: it says what the others must sum to.
      if (length === 1) perBatch = report.batches.map(({ sum }) => sum)
      check(report, length, perBatch)
      const measured = report.batches.slice(FIRST)
      const figures = found.get(length)
      figures?.whole.push(median(measured.map(({ whole }) => whole)))
      figures?.processing.push(median(measured.map(({ processing }) => processing)))
      figures?.peak.push(report.peakMegabytes)
    }
  }
  const of = (length: number, figure: 'whole' | 'processing' | 'peak'): number =>
    median(found.get(length)?.[figure] ?? [])
  const rows = LENGTHS.map((length) => [
    `${length} s`,
    of(length, 'whole').toFixed(1),
    of(length, 'processing').toFixed(1),
    of(length, 'peak').toFixed(0),
  ])
  const words = median(perBatch).toLocaleString('en')
  return {
    title: 'A sliding window',
    text: [
      `\`flatmap split reduce-by-key-and-window sum LENGTH 1s\` over batches of ${words} words (${BATCH_LINES.toLocaleString('en')} lines), ${MASTER}, as fast as they can be read. A batch's time is that of receiving it and of all that follows, its table walked through; medians of batches ${FIRST} to ${BATCHES}, when the longest window is full. Every window's sum is checked.`,
      table(['window', 'batch ms', 'of it after the cut, ms', 'peak MB'], rows),
    ].join('\n\n'),
    goals: LENGTHS.slice(1).map((length) =>
      atMost(
        `window of ${length} s: a batch takes ≤ 1.2 × that of 1 s`,
        of(length, 'whole') / of(1, 'whole'),
        1.2,
      ),
    ),
  }
}

/** Windows of 1, 10 and 60 s. */
export const window: Work = {
  name: 'window',
  summary: 'time of a batch of a million words, by the length of the window',
  measure,
}
