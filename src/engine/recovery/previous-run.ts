import { countOf, type Partition } from '../batch/partition.ts'
import type { Keeps } from '../operators/record.ts'
import type { Plan } from '../plan/plan.ts'
import { type Found, readLog } from './checkpoint-files.ts'
import { LOG } from './log-kinds.ts'
import { readPartition } from './partition-record.ts'
import type { StoredRecord } from './records.ts'
import type { Kept, Snapshot, SnapshotHeader } from './snapshot-file.ts'
import { type Matched, matchStages, sourceNames, stageNames } from './stage-names.ts'

/** A stage that keeps something, or a source. */
export interface Keeper {
  readonly label: string
  /** Its place in the plan. */
  readonly index: number
  readonly keeps: Keeps
}

/** What of a log is run again. */
export interface Replayer {
  /** A block of a source, as it was received. */
  block(source: number, partition: Partition): Promise<void>
  /** Where a source stood behind what it had given. */
  position(source: number, position: unknown): Promise<void>
  /** The end of the batch at `time`; `isDone` where its outputs have had it. */
  cut(time: number, isDone: boolean): Promise<void>
}

/** What an earlier run left behind, given to the stages and sources of this one. */
export class PreviousRun {
  /** What its last snapshot is of. */
  readonly header: SnapshotHeader
  /** Number of the first snapshot that is needed. */
  readonly first: number
  /** Number of the last log. */
  readonly lastLog: number
  readonly #directory: string
  readonly #found: Found
  readonly #plan: Plan
  readonly #refused = new Set<string>()
  #matched: Matched | undefined

  constructor(directory: string, found: Found, plan: Plan) {
    this.#directory = directory
    this.#found = found
    this.#plan = plan
    this.header = (found.chain.at(-1) as Snapshot).header
    this.first = found.chain[0].header.number
    this.lastLog = found.logs.at(-1) ?? this.header.number
  }

  /**
   * Give each stage what it kept.
   *
   * @returns false where one cannot take it: the stages are to be built anew, and this one will begin with nothing.
   */
  restore(keepers: readonly Keeper[]): boolean {
    const names = stageNames(this.#plan, keepers)
    const matched = matchStages(this.header.stages, names, this.#refused)
    this.#matched = matched
    for (const [index, id] of matched.taken) {
      try {
        this.#give((keepers[index] as Keeper).keeps, id)
      } catch (error) {
        // What a stage of the same words wrote and cannot read is no matter of a changed pipeline.
        if (id === names[index]?.id) throw error
        this.#refused.add(id)
        return false
      }
    }
    return true
  }

  /** Return what becomes of what stages kept and sources gave, in words; none where the pipeline is the same. */
  changes(): readonly string[] {
    const { taken = new Map<number, string>(), migrated = [], dropped = [] } = this.#matched ?? {}
    const sources = [...sourceNames(this.#plan).values()]
    const gone = this.header.sources.filter(({ id }) => !sources.some((source) => source.id === id))
    if (migrated.length + dropped.length + gone.length === 0) return []
    const moved = new Set(migrated.map(({ from }) => from.id))
    return [
      ...[...taken.values()].filter((id) => !moved.has(id)).map((id) => `kept: ${id}`),
      ...migrated.map(({ from, to }) => `migrated: ${from.id} → ${to.id}`),
      ...dropped.map(({ id }) => `dropped: what ${id} kept`),
      ...gone.map(({ id }) => `dropped: what ${id} gave and no batch has had`),
    ]
  }

  /** Run again what the logs hold. Returns how many batches come out again. */
  async replay(replayer: Replayer): Promise<number> {
    const done = new Set<number>()
    const records: StoredRecord[] = []
    for (const number of this.#found.logs) {
      for (const record of await readLog(this.#directory, number, number === this.lastLog)) {
        if (record.kind === LOG.done) done.add(record.payload.readDoubleLE(0))
        else records.push(record)
      }
    }
    const places = this.#places()
    let again = 0
    for (const { kind, payload } of records) {
      if (kind === LOG.cut) {
        const time = payload.readDoubleLE(0)
        if (!done.has(time)) again += 1
        await replayer.cut(time, done.has(time))
      } else if (kind === LOG.block) {
        const { source, partition } = readPartition(payload)
        const place = places.get(source)
        if (place !== undefined && countOf(partition) > 0) await replayer.block(place, partition)
      } else if (kind === LOG.position) {
        const { source, position } = JSON.parse(payload.toString()) as { source: number; position: unknown }
        const place = places.get(source)
        if (place !== undefined) await replayer.position(place, position)
      }
    }
    return again
  }

  #give(keeps: Keeps, id: string): void {
    const entries: readonly Kept[] = this.#found.chain.flatMap(({ kept }) => kept.get(id) ?? [])
    const from = entries.findLastIndex(({ form }) => form === 'whole')
    keeps.restore(entries[from]?.value)
    for (const { value } of entries.slice(from + 1)) keeps.apply?.(value)
  }

  /** The sources of this plan, by their places in the plan of the run before. */
  #places(): ReadonlyMap<number, number> {
    const now = [...sourceNames(this.#plan)]
    return new Map(
      this.header.sources.flatMap(({ id, node }) => {
        const place = now.find(([, name]) => name.id === id)?.[0]
        return place === undefined ? [] : [[node, place]]
      }),
    )
  }
}
