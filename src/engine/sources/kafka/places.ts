import { UsageError } from '../../plan/errors.ts'
import { type OffsetPlace, partitionName } from './driver.ts'

/** Where to begin: a place, what a group has committed, or offsets by the name of the partition. */
export type StartPlace = OffsetPlace | 'committed' | ReadonlyMap<string, number>

/**
 * Return the place that `--from` names.
 *
 * @throws UsageError where it names none.
 */
export function startPlace(text: string): StartPlace {
  if (text === 'earliest' || text === 'latest' || text === 'committed') return text
  const time = timeOf(text)
  if (time !== undefined) return { timestamp: time }
  const offsets = offsetsOf(text)
  if (offsets !== undefined) return offsets
  throw new UsageError(
    `--from expects earliest, latest, committed, a time or offsets, got ${text}`,
    'Such as 2026-11-23T13:00:00Z, or clicks:0=5,1=7.',
  )
}

/**
 * Return the place at which `--until` says to end; `now` is a time of the clock.
 *
 * @throws UsageError where it names none.
 */
export function endPlace(text: string, now: number): OffsetPlace {
  if (text === 'end') return 'latest'
  const time = text === 'now' ? now : timeOf(text)
  if (time !== undefined) return { timestamp: time }
  throw new UsageError(`--until expects end, now or a time, got ${text}`, 'Such as 2026-11-23T13:00:00Z.')
}

/** Milliseconds since 1970 of a date in ISO 8601, or of a number of so many. */
function timeOf(text: string): number | undefined {
  if (/^\d{9,}$/.test(text)) return Number(text)
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(time) ? undefined : time
}

/** `clicks:0=5,1=7;views:0=2`: an offset by partition, of each topic. */
function offsetsOf(text: string): ReadonlyMap<string, number> | undefined {
  const offsets = new Map<string, number>()
  for (const part of text.split(';')) {
    const { topic, list } = /^(?<topic>[\w.-]+):(?<list>\d+=\d+(,\d+=\d+)*)$/.exec(part)?.groups ?? {}
    if (topic === undefined || list === undefined) return undefined
    for (const pair of list.split(',')) {
      const [partition, offset] = pair.split('=').map(Number) as [number, number]
      offsets.set(partitionName({ topic, partition }), offset)
    }
  }
  return offsets
}
