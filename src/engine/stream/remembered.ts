import type { Partition } from '../batch/partition.ts'
import { formatDuration } from '../plan/duration.ts'
import { UsageError } from '../plan/errors.ts'
import type { Plan, PlanNode } from '../plan/plan.ts'
import { withOffsetRanges } from './kafka/riding-ranges.ts'
import { RDD } from './rdd.ts'
import type { Duration, Time } from './types.ts'

/** A span of time, both ends included (Spark: `org.apache.spark.streaming.Interval`). */
export interface Interval {
  readonly beginTime: Time
  readonly endTime: Time
}

/** Takes every batch of a stream. */
export type Keep = (time: Time, partitions: readonly Partition[], slide: Duration) => void

/** The last batches of one stream, by time. */
interface Kept {
  readonly slide: Duration
  readonly batches: Map<Time, readonly Partition[]>
}

/**
 * The last batches of all streams of a context, for programs that ask for them while it runs (Spark: the `generatedRDDs` of
 * a DStream). A batch stays for `duration` at least, the last one of a stream in any case.
 */
export class RememberedBatches {
  readonly #streams = new Map<number, Kept>()
  #duration: Duration | undefined
  /** Tells the user something; there from the start of the context on. */
  #warn: ((message: string) => void) | undefined

  /**
   * Keep batches for at least `duration`.
   *
   * @throws UsageError unless it is a positive number of milliseconds, or when the context has been started.
   */
  remember(duration: Duration): void {
    if (this.#warn !== undefined) throw new UsageError('remember() comes before start()')
    if (!Number.isSafeInteger(duration) || duration <= 0)
      throw new UsageError(`remember expects a positive number of milliseconds, got ${String(duration)}`)
    if (this.#duration !== undefined)
      throw new UsageError(`the context remembers ${formatDuration(this.#duration)} already; it is said once`)
    this.#duration = duration
  }

  /** The context starts: return its plan, in which every stream also keeps its batches here, if any are to be kept. */
  watch(started: Plan, warn: (message: string) => void): Plan {
    this.#warn = warn
    const plan = withOffsetRanges(started)
    if (this.#duration === undefined) return plan
    const streams = plan.nodes.filter(({ category }) => category !== 'output')
    const keepers = streams.map(({ id, label }, index): PlanNode => {
      const keep: Keep = (time, partitions, slide) => this.#keep(id, time, partitions, slide)
      return {
        id: plan.nodes.length + index,
        category: 'output',
        command: 'remember',
        values: { keep: { type: 'closure', call: keep } },
        inputs: [id],
        label: `remember ${label}`,
      }
    })
    return { ...plan, nodes: [...plan.nodes, ...keepers] }
  }

  /**
   * Return the batches of a stream from one time to another, both included. A time between two batches is that of the
   * earlier one, with a warning.
   *
   * @throws UsageError before the start, or where nothing is kept.
   */
  slice<T>(node: number, { beginTime, endTime }: Interval): RDD<T>[] {
    const warn = this.#warn
    if (warn === undefined) throw new UsageError('slice() finds batches once the context has been started')
    if (this.#duration === undefined)
      throw new UsageError('slice() finds remembered batches only', 'Call remember(duration) before start().')
    const kept = this.#streams.get(node)
    if (kept === undefined) return []
    const from = floored(kept, 'fromTime', beginTime, warn)
    const to = floored(kept, 'toTime', endTime, warn)
    return [...kept.batches].flatMap(([time, batch]) =>
      time >= from && time <= to ? [new RDD<T>(batch)] : [],
    )
  }

  #keep(node: number, time: Time, partitions: readonly Partition[], slide: Duration): void {
    const kept = this.#streams.get(node) ?? { slide, batches: new Map<Time, readonly Partition[]>() }
    this.#streams.set(node, kept)
    kept.batches.set(time, partitions)
    for (const old of kept.batches.keys()) {
      if (old > time - Math.max(this.#duration ?? 0, slide)) break
      kept.batches.delete(old)
    }
  }
}

function floored({ slide, batches }: Kept, name: string, time: Time, warn: (message: string) => void): Time {
  const [first = 0] = batches.keys()
  const beyond = (((time - first) % slide) + slide) % slide
  if (beyond === 0) return time
  const aligned = time - beyond
  const reason = `is no time of a batch, which come every ${formatDuration(slide)}`
  warn(`slice: ${name} ${time} ms ${reason}; taking ${aligned} ms`)
  return aligned
}
