/** Memory does not follow the input, and neither does the time of a byte. */

import { hashOf, readAnswer, rightAnswer } from '../answers.ts'
import { textInput } from '../inputs.ts'
import { median, type Run, run } from '../measure.ts'
import { atMost, type GoalResult, type Section, table, type Work } from '../section.ts'
import { DSTREAM, type Settings } from '../settings.ts'

/** The text is sent so often, and ten times as often. */
const REPEAT = 5

function measure(settings: Settings): Section {
  const input = textInput(settings.text)
  const rows: string[][] = []
  const goals: GoalResult[] = []
  for (const master of ['local[1]', 'local[2]']) {
    const command = [
      process.execPath,
      DSTREAM,
      '--master',
      master,
      '--interval',
      '24h',
      'flatmap',
      'split',
      'reduce-by-key',
      'emit',
    ]
    const once = (repeat: number): Run => {
      const found = run(command, { way: 'pipe', path: input.path, repeat }, settings.limit)
      const right = hashOf(rightAnswer(input, 'counts', repeat))
      if (hashOf(readAnswer(found.stdout, 'tabbed')) !== right) {
        throw new Error(`a wrong answer of ${command.join(' ')}`)
      }
      return found
    }
    const small: Run[] = []
    const large: Run[] = []
    for (let round = 0; round < Math.min(settings.pairs, 3); round++) {
      small.push(once(REPEAT))
      large.push(once(10 * REPEAT))
    }
    const wall = (runs: readonly Run[]): number => median(runs.map((found) => found.wall))
    const peak = (runs: readonly Run[]): number =>
      Math.max(...runs.map((found) => found.peakKilobytes)) * 1024
    const empty = Math.min(
      ...Array.from({ length: 5 }, () => run(command, { way: 'none', path: '' }, settings.limit).wall),
    )
    const size = (repeat: number): string => `${((input.bytes * repeat) / 1e9).toFixed(1)} GB`
    for (const [repeat, runs] of [
      [REPEAT, small],
      [10 * REPEAT, large],
    ] as const) {
      rows.push([
        `${master}, ${size(repeat)}`,
        wall(runs).toFixed(2),
        ((input.bytes * repeat) / wall(runs) / 1e6).toFixed(0),
        (peak(runs) / 1e6).toFixed(0),
      ])
    }
    const growth = (wall(large) - empty) / (wall(small) - empty)
    goals.push(
      atMost(
        `${master}: peak of memory < 200 MB, word count of ${size(10 * REPEAT)}`,
        peak(large) / 1e6,
        200,
        'MB',
      ),
      {
        goal: `${master}: 10 × the input, 10 × the time, ± 5 % (start of ${(empty * 1000).toFixed(0)} ms apart)`,
        found: `${growth.toFixed(2)} ×`,
        holds: Math.abs(growth - 10) <= 0.5,
      },
    )
  }
  return {
    title: 'Memory and growth of cost',
    text: [
      'Word count of a pipe, one batch; the text is sent over and over and is never on disk as a whole.',
      table(['what', 'wall s', 'MB/s', 'peak MB'], rows),
    ].join('\n\n'),
    goals,
  }
}

/** Peak memory of 10 GB, and 10 GB against 1 GB. */
export const memory: Work = {
  name: 'memory',
  summary: 'peak memory of 10 GB, and 10 × the input for 10 × the time',
  measure,
}
