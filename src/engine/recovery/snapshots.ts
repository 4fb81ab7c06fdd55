import type { Plan } from '../plan/plan.ts'
import type { Clock } from '../scheduler/clock.ts'
import type { Resumed } from '../sources/record.ts'
import { fileOf, isGenerationFull, removeBefore } from './checkpoint-files.ts'
import type { LogWriter } from './log-writer.ts'
import type { Keeper } from './previous-run.ts'
import {
  FORMAT,
  type Kept,
  type RunTimes,
  type SnapshotHeader,
  type StageName,
  snapshotParts,
  writeSnapshot,
} from './snapshot-file.ts'
import { sourceNames, stageNames } from './stage-names.ts'

/** What snapshots are made of. */
export interface SnapshotsOptions {
  readonly directory: string
  readonly line: readonly string[]
  readonly run: string
  readonly plan: Plan
  readonly clock: Clock
  readonly log: LogWriter
  readonly fail: (error: unknown) => void
  /** Elements that a source has given, and where it stands. */
  readonly standing: (source: number) => Resumed
}

/**
 * Writes what the stages keep, all of it or what has changed, and removes what no recovery needs. Two whole snapshots with
 * what came after them stay, so that there is another one where a file is damaged.
 */
export class Snapshots {
  readonly #options: SnapshotsOptions
  #times: RunTimes | undefined
  #keepers: readonly Keeper[] = []
  /** The snapshot that was written last, and the last whole one. */
  #number = -1
  #wholeNumber = 0
  /** Bytes of the last whole one, and of all that came after it. */
  #whole = 0
  #behind = 0
  #logStart = 0
  #last = 0
  #writing: Promise<void> = Promise.resolve()

  constructor(options: SnapshotsOptions) {
    this.#options = options
  }

  /** Go on behind the files of the run before: the next snapshot is number `number` + 1, and whole. */
  follow(number: number, wholeNumber: number): void {
    this.#number = number
    this.#wholeNumber = wholeNumber
  }

  /** The stages are ready for their first batch. */
  begin(keepers: readonly Keeper[], times: RunTimes): void {
    this.#keepers = keepers
    this.#times = times
    this.#last = this.#options.clock.now()
  }

  /** Milliseconds since the last snapshot. */
  get age(): number {
    return this.#options.clock.now() - this.#last
  }

  /** Bytes of the log since the last snapshot. */
  get logged(): number {
    return this.#options.log.written - this.#logStart
  }

  /** Write down what stages keep behind the batch at `time`, and go on in a new log. The file is written meanwhile. */
  async take(time: number): Promise<void> {
    const { directory, log, clock } = this.#options
    await this.#writing
    this.#behind += this.logged
    const number = this.#number + 1
    const increments = this.#number - this.#wholeNumber
    const isIncrement = this.#whole > 0 && !isGenerationFull(this.#whole, this.#behind, increments)
    const names = stageNames(this.#options.plan, this.#keepers)
    const kept = new Map<string, Kept>(
      this.#keepers.map(({ keeps }, index) => [
        (names[index] as StageName).id,
        isIncrement && keeps.changes !== undefined
          ? { form: 'changes', value: keeps.changes() }
          : { form: 'whole', value: keeps.save() },
      ]),
    )
    // Bytes before anything is awaited: what is kept may be what stages work with.
    const parts = snapshotParts({ header: this.#header(number, isIncrement, time, names), kept })
    await log.open(fileOf(directory, 'log', number), number)
    this.#number = number
    this.#logStart = log.written
    this.#last = clock.now()
    const written = writeSnapshot(fileOf(directory, 'snapshot', number), parts)
    this.#writing = this.#finish(written, number, isIncrement)
  }

  /** Resolves when the last snapshot is on the disk. */
  async idle(): Promise<void> {
    await this.#writing
  }

  async #finish(written: Promise<number>, number: number, isIncrement: boolean): Promise<void> {
    try {
      const bytes = await written
      if (isIncrement) {
        this.#behind += bytes
        return
      }
      const before = this.#wholeNumber
      this.#whole = bytes
      this.#wholeNumber = number
      this.#behind = 0
      await removeBefore(this.#options.directory, before)
    } catch (error) {
      this.#options.fail(error)
    }
  }

  #header(number: number, isIncrement: boolean, time: number, stages: readonly StageName[]): SnapshotHeader {
    const { line, run, plan, clock, standing } = this.#options
    return {
      format: FORMAT,
      run,
      line,
      number,
      isIncrement,
      time,
      ...(this.#times as RunTimes),
      interval: plan.interval,
      sources: [...sourceNames(plan)].map(([node, name]) => ({
        ...name,
        node,
        ...standing(node),
      })),
      stages,
      written: clock.now(),
    }
  }
}
