import { randomUUID } from 'node:crypto'
import { countOf, type Partition } from '../batch/partition.ts'
import { formatDuration } from '../plan/duration.ts'
import { SourceError, UsageError } from '../plan/errors.ts'
import type { Plan } from '../plan/plan.ts'
import { redact } from '../plan/redact.ts'
import type { BatchLog } from '../scheduler/batch-log.ts'
import type { Clock } from '../scheduler/clock.ts'
import type { Resumed } from '../sources/record.ts'
import { type Found, fileOf, findCheckpoint, makeDirectory, removeAll } from './checkpoint-files.ts'
import type { CheckpointOptions } from './checkpoint-options.ts'
import { lockDirectory } from './directory-lock.ts'
import { LogWriter } from './log-writer.ts'
import { type Keeper, PreviousRun, type Replayer } from './previous-run.ts'
import type { RunTimes, SnapshotHeader } from './snapshot-file.ts'
import { Snapshots } from './snapshots.ts'
import { sourceNames } from './stage-names.ts'

/** Least milliseconds between two snapshots, where nothing else is said. Spark: a multiple of the slide, at least 10 s. */
const SNAPSHOT_INTERVAL = 10_000

/** Bytes of the log behind a snapshot after which there is another one whatever the time: so much is read again at most. */
const LONGEST_LOG = 256 << 20

/** What a checkpoint needs of the run that it belongs to. */
export interface CheckpointRun {
  readonly clock: Clock
  readonly report: (message: string) => void
  readonly fail: (error: unknown) => void
  /** Sources may read again. */
  readonly onRoom: () => void
}

/** The directory of a checkpoint at work: finds what is there, writes the log, and a snapshot now and then. */
export class Checkpoint implements BatchLog {
  /** What the run before left; undefined where this is the first. */
  readonly previous: PreviousRun | undefined
  /** The same in all runs that go on one behind the other. */
  readonly run: string
  readonly #options: CheckpointOptions
  readonly #run: CheckpointRun
  readonly #log: LogWriter
  readonly #snapshots: Snapshots
  readonly #unlock: () => void
  readonly #standing = new Map<number, Resumed>()
  /** Batches whose outputs have them while the log is run again; undefined before and after. */
  #doneAgain: number[] | undefined

  private constructor(
    options: CheckpointOptions,
    plan: Plan,
    run: CheckpointRun,
    unlock: () => void,
    found?: Found,
  ) {
    const { directory, line = [plan.name] } = options
    this.#options = options
    this.#run = run
    this.#unlock = unlock
    this.previous = found === undefined ? undefined : new PreviousRun(directory, found, plan)
    this.run = this.previous?.header.run ?? randomUUID()
    this.#log = new LogWriter(run.fail, run.onRoom)
    this.#snapshots = new Snapshots({
      directory,
      line: line.map(redact),
      run: this.run,
      plan,
      clock: run.clock,
      log: this.#log,
      fail: run.fail,
      standing: (source) => this.standing(source),
    })
    for (const [node, { id }] of sourceNames(plan)) {
      const before = this.previous?.header.sources.find((source) => source.id === id)
      const { received = 0, position, behind = 0 } = before ?? {}
      this.#standing.set(node, { received, ...(position === undefined ? {} : { position }), behind })
    }
  }

  /**
   * Hold the directory for this process, and find what an earlier run left in it.
   *
   * @throws SourceError where another process holds it, it cannot be written to, or nothing in it can be read.
   */
  static async open(options: CheckpointOptions, plan: Plan, run: CheckpointRun): Promise<Checkpoint> {
    await makeDirectory(options.directory)
    const unlock = lockDirectory(options.directory)
    try {
      const found = await find(options, run)
      for (const path of found?.damaged ?? []) run.report(`${path} is damaged: going on from the one before`)
      return new Checkpoint(options, plan, run, unlock, found)
    } catch (error) {
      unlock()
      throw error
    }
  }

  /** What was received of a source, by this run and those before, and where it stands. */
  standing(source: number): Resumed {
    return this.#standing.get(source) ?? { received: 0, behind: 0 }
  }

  /**
   * Say what has become of stages that are not the ones of the run before, and ask whether that is right.
   *
   * @throws UsageError where it is not.
   */
  async confirm(): Promise<void> {
    const changes = this.previous?.changes() ?? []
    if (changes.length === 0) return
    for (const change of changes) this.#run.report(change)
    const { directory, confirm = () => true } = this.#options
    if (await confirm(changes)) return
    throw new UsageError(
      `the pipeline is not the one that wrote ${directory}`,
      'Say --yes to go on so, write the line as it was, or name another directory.',
    )
  }

  /** Run again what the log holds; where nothing is, begin it. Returns how many batches came out again. */
  async recover(keepers: readonly Keeper[], times: RunTimes, replayer: Replayer): Promise<number> {
    this.#snapshots.begin(keepers, times)
    const { previous } = this
    if (previous === undefined) {
      await this.#snapshots.take(times.zeroTime)
      // Nothing is received before there is what a log goes on from.
      await this.#snapshots.idle()
      return 0
    }
    this.#doneAgain = []
    const again = await previous.replay({
      cut: (time, isDone) => replayer.cut(time, isDone),
      block: (source, partition) => {
        this.#count(source, partition)
        return replayer.block(source, partition)
      },
      position: (source, position) => {
        this.#place(source, position)
        return replayer.position(source, position)
      },
    })
    this.#snapshots.follow(previous.lastLog, previous.first)
    const { lastLog } = previous
    await this.#log.open(fileOf(this.#options.directory, 'log', lastLog), lastLog)
    for (const time of this.#doneAgain) this.#log.done(time)
    this.#doneAgain = undefined
    return again
  }

  get full(): boolean {
    return this.#log.full
  }

  block(source: number, partition: Partition): void {
    this.#count(source, partition)
    this.#log.block(source, partition)
  }

  position(source: number, position: unknown): void {
    this.#place(source, position)
    this.#log.position(source, position)
  }

  synced(): Promise<void> {
    return this.#log.synced()
  }

  cut(time: number): Promise<void> {
    return this.#log.cut(time)
  }

  async completed(time: number): Promise<void> {
    // A snapshot in the middle would stand before what the log still holds, and that would count twice.
    if (this.#doneAgain !== undefined) {
      this.#doneAgain.push(time)
      return
    }
    this.#log.done(time)
    const isOld = this.#snapshots.age >= (this.#options.interval ?? SNAPSHOT_INTERVAL)
    if (isOld || this.#snapshots.logged >= LONGEST_LOG) await this.#snapshots.take(time)
  }

  #count(source: number, partition: Partition): void {
    const standing = this.standing(source)
    const count = countOf(partition)
    const [received, behind] = [standing.received + count, standing.behind + count]
    this.#standing.set(source, { ...standing, received, behind })
  }

  #place(source: number, position: unknown): void {
    this.#standing.set(source, { ...this.standing(source), position, behind: 0 })
  }

  /** The run has ended. Where it ended well, its last batch at `time`, a last snapshot makes the next start short. */
  async close(time?: number): Promise<void> {
    try {
      if (time !== undefined) await this.#snapshots.take(time)
      await this.#snapshots.idle()
      await this.#log.close()
    } finally {
      this.#unlock()
    }
  }
}

async function find(options: CheckpointOptions, run: CheckpointRun): Promise<Found | undefined> {
  const { directory, createOnError = false } = options
  try {
    return await findCheckpoint(directory)
  } catch (error) {
    if (!createOnError || !(error instanceof SourceError)) throw error
    run.report(`${error.message}: beginning anew`)
    await removeAll(directory)
    return undefined
  }
}

/**
 * Check that a run counts its batches as the one before did.
 *
 * @throws UsageError where it does not.
 */
export function checkSameTimes(interval: number, mode: RunTimes['mode'], before: SnapshotHeader): void {
  if (interval === before.interval && mode === before.mode) return
  const described =
    before.mode === 'lines' ? '--batch-lines' : `--interval ${formatDuration(before.interval)}`
  throw new UsageError(
    `the checkpoint was written with ${described}`,
    'Its states and windows count in that: say the same, or name another directory.',
  )
}
