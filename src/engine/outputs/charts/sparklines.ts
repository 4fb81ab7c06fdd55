import { canonical } from '../../shuffle/keyed-table.ts'
import type { ChartMaker, Measured, SparklineChart } from './chart.ts'
import { Greatest } from './greatest.ts'

/** Batches that are remembered: more than a terminal has columns. */
const REMEMBERED = 512

/** A key whose values are remembered. */
interface Followed {
  readonly label?: unknown
  /** Its place among the batches, from the first one that it was in. */
  readonly values: (number | undefined)[]
  /** Its last value in the batch that is being received. */
  now: number | undefined
}

/**
 * Return what makes a line per key. The greatest `rows` keys of a batch are followed from there on, each in place of one
 * that is not among them; a key that comes several times in a batch has its last value.
 */
export function createSparklines(rows: number): ChartMaker {
  const followed = new Map<string, Followed>()
  let latest = new Map<string, Measured>()
  let greatest = new Greatest(rows)
  // Values of a key that comes again replace each other while there are few; one by one where keys are many.
  const settle = (): void => {
    for (const measured of latest.values()) greatest.add(measured)
    latest = new Map()
  }
  return {
    add: (measured) => {
      const key = canonical(measured.label)
      const known = followed.get(key)
      if (known !== undefined) known.now = measured.value
      else latest.set(key, measured)
      if (latest.size >= MANY_KEYS) settle()
    },
    take: (): SparklineChart | undefined => {
      for (const { label, now } of followed.values())
        if (now !== undefined) greatest.add({ label, value: now })
      settle()
      const leaders = new Map(greatest.take().map((measured) => [canonical(measured.label), measured]))
      greatest = new Greatest(rows)
      follow(followed, leaders, rows)
      for (const [key, line] of followed) {
        line.values.push(line.now)
        if (line.values.length > REMEMBERED) line.values.shift()
        line.now = undefined
        if (line.values.every((value) => value === undefined)) followed.delete(key)
      }
      if (followed.size === 0) return undefined
      const length = Math.max(...[...followed.values()].map(({ values }) => values.length))
      const lines = [...followed.values()].map(({ label, values }) => ({
        label,
        values: [...new Array<undefined>(length - values.length).fill(undefined), ...values],
      }))
      return { kind: 'sparkline', lines }
    },
  }
}

/** Keys of a batch that are looked at together. */
const MANY_KEYS = 1 << 16

function follow(followed: Map<string, Followed>, leaders: ReadonlyMap<string, Measured>, rows: number): void {
  const others = [...followed].filter(([key]) => !leaders.has(key))
  others.sort(([, a], [, b]) => (a.now ?? Number.NEGATIVE_INFINITY) - (b.now ?? Number.NEGATIVE_INFINITY))
  for (const [key, { label, value }] of leaders) {
    if (followed.has(key)) continue
    if (followed.size >= rows) followed.delete(others.shift()?.[0] ?? '')
    followed.set(key, { label, values: [], now: value })
  }
}
