import type { Clock } from '../../scheduler/clock.ts'
import { pause } from '../reading/pause.ts'
import type { RawRecord, StreamClient } from './client.ts'
import type { Intake } from './intake.ts'

/** Why a shard is read no more: it has no more records, none up to the time that was asked for, or it was told to stop. */
export type Ended = 'end' | 'until' | 'stopped'

/** What one shard is read with. */
export interface ShardReading {
  readonly shard: string
  readonly stream: StreamClient
  readonly intake: Intake
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly idle: number
  readonly until?: number | undefined
}

/** Read one shard on, until it ends or `signal` is aborted. */
export async function readShard(reading: ShardReading): Promise<Ended> {
  const { clock, idle, intake, shard, signal, stream, until } = reading
  let iterator: string | undefined
  while (!signal.aborted) {
    if (iterator === undefined) {
      const now = clock.now()
      iterator = await stream.iterator(shard, intake.position(shard) as string)
      if (iterator === undefined) return 'end'
      intake.begun(shard, now)
    }
    const page = await stream.records(iterator)
    if (page === undefined) {
      iterator = undefined
      continue
    }
    const records = before(page.records, until)
    await intake.give(shard, records, signal)
    if (signal.aborted) break
    if (records.length < page.records.length) return 'until'
    if (page.next === undefined) return 'end'
    iterator = page.next
    if (records.length > 0 && page.behind > 0) continue
    if (until !== undefined && records.length === 0 && page.behind === 0) return 'until'
    if (records.length === 0) await pause(idle, signal)
  }
  return 'stopped'
}

function before(records: readonly RawRecord[], until: number | undefined): readonly RawRecord[] {
  if (until === undefined) return records
  const place = records.findIndex(
    ({ ApproximateArrivalTimestamp }) => (ApproximateArrivalTimestamp?.getTime() ?? 0) > until,
  )
  return place < 0 ? records : records.slice(0, place)
}
