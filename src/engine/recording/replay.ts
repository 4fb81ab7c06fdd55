import type { OutputRecord, OutputTask } from '../outputs/record.ts'
import type { PlanNode } from '../plan/plan.ts'
import { ManualClock } from '../scheduler/clock.ts'
import type { Entry } from './format.ts'
import { openRecording, type Recording, readEntries } from './reader.ts'
import type { DrivenRun, Replaying } from './replaying.ts'

export { openRecording, type Recording }

/** A batch that is about to be replayed. */
export interface ReplayedBatch {
  /** Counted from 1. */
  readonly number: number
  readonly time: number
}

/** How a recording is replayed. */
export interface ReplayOptions {
  /**
   * The place in the plan of each source of the recording that is read; absent where the plan is the recorded one, whose
   * batches are given as they were, those of its end too.
   */
  readonly places?: ReadonlyMap<number, number>
  /** Number of the first batch that is shown, and of the last. Those before run unseen, for windows and states. */
  readonly first?: number
  readonly last?: number
  /** Asked before every batch that is shown but the first; false ends the replay. */
  readonly goesOn?: (batch: ReplayedBatch) => Promise<boolean>
}

/** Outputs that write to standard output and do nothing else: the others are not repeated. */
const REPEATED = ['print', 'chart', 'emit']

const UNSEEN: OutputTask = { push: () => undefined, finish: () => undefined }

/** Gives the batches of a recording to a run: the same blocks in the same order, at the times that were recorded. */
export class Replay implements Replaying {
  /** Stands at the time of the batch. */
  readonly clock = new ManualClock(0)
  readonly #recording: Recording
  readonly #options: ReplayOptions
  #isShown = false
  #isAsked = false
  #batches = 0

  constructor(recording: Recording, options: ReplayOptions) {
    this.#recording = recording
    this.#options = options
  }

  /** Whether an output of the recorded plan does what it did again. */
  static repeats({ command }: PlanNode): boolean {
    return REPEATED.includes(command)
  }

  readonly shown: Replaying['shown'] = (node, record) => {
    if (this.#options.places === undefined && !Replay.repeats(node))
      return { ...record, open: () => ({ batch: () => UNSEEN }) }
    const open: OutputRecord['open'] = (...words) => {
      const writer = record.open(...words)
      return {
        ...(writer.ready === undefined ? {} : { ready: writer.ready }),
        batch: (time) => (this.#isShown ? writer.batch(time) : UNSEEN),
        close: () => writer.close?.(),
      }
    }
    return { ...record, open }
  }

  readonly finish = (): void => {
    this.#isAsked = true
  }

  readonly drive = async (run: DrivenRun): Promise<void> => {
    const { times, received, isDrained, hasRest } = this.#recording
    const { places, first = 1, last = Number.POSITIVE_INFINITY } = this.#options
    const isRecorded = places === undefined
    const most = Math.min(isRecorded ? times.length : received, last)
    const ended = new Promise<void>((resolve) => run.signal.addEventListener('abort', () => resolve()))
    for await (const entry of readEntries(this.#recording.path)) {
      if (run.signal.aborted) return
      const isRest = this.#batches >= most
      // What was not cut was worked off all the same, and may be what has failed.
      if (isRest && !(isRecorded && hasRest && last > most)) break
      if (isRest && entry.kind !== 'block' && entry.kind !== 'begin') continue
      if (!(await this.#give(entry, run, first))) return await run.close()
      await Promise.race([run.scheduler.idle(), ended])
      if (!isRecorded && this.#isAsked && entry.kind === 'cut') break
    }
    if (run.signal.aborted) return
    const isWhole = isDrained && this.#batches === received
    if (!isRecorded && last > most && (isWhole || this.#isAsked)) await run.generator.finish()
    else await run.close()
  }

  /** Returns false when the user has seen enough. */
  async #give(entry: Entry, run: DrivenRun, first: number): Promise<boolean> {
    const { places, goesOn } = this.#options
    const { scheduler, generator } = run
    switch (entry.kind) {
      case 'begin': {
        const number = this.#batches + 1
        const { time } = entry
        if (number > first && goesOn !== undefined && !(await goesOn({ number, time }))) return false
        this.#isShown = number >= first
        this.clock.advance(Math.max(0, time - this.clock.now()))
        generator.onBatches({ kind: 'begin', time })
        return true
      }
      case 'block': {
        const source = places === undefined ? entry.source : places.get(entry.source)
        if (source !== undefined) scheduler.block(source, entry.partition)
        break
      }
      case 'cut':
        generator.onBatches({ kind: 'end', time: entry.time })
        this.#batches += 1
        break
      case 'interval':
        generator.onBatches(entry)
        break
      case 'ended':
        if (places === undefined) run.flow().end()
        break
    }
    return true
  }
}
