import type { ReplayedBatch } from '../../engine/recording/replay.ts'
import { timeText } from '../screen/figures.ts'
import { writeError } from '../standard-output.ts'

/** How the user goes from batch to batch. */
export interface Stepping {
  /** Say which batch comes and wait for Enter; false when the user has seen enough. */
  readonly goesOn: (batch: ReplayedBatch) => Promise<boolean>
  readonly close: () => void
}

/**
 * Return what waits for Enter on standard input: `q` ends, the end of input runs on to the last batch.
 */
export async function createStepping(
  count: number,
  interval: number,
  input: NodeJS.ReadableStream,
): Promise<Stepping> {
  const { createInterface } = await import('node:readline')
  const lines = createInterface({ input })
  const words = lines[Symbol.asyncIterator]()
  let isEnded = false
  return {
    goesOn: async ({ number, time }) => {
      if (isEnded) return true
      const of = number > count ? '' : ` of ${count}`
      writeError(`batch ${number}${of} · ${timeText(time, interval)} · Enter shows it, q ends `)
      const { value, done } = await words.next()
      if (done === true) {
        isEnded = true
        writeError('\n')
      }
      return done === true || !/^\s*q/i.test(String(value))
    },
    close: () => lines.close(),
  }
}
