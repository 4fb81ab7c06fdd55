import { countOf } from '../batch/partition.ts'
import type { Dataflow } from '../codegen/dataflow.ts'
import { UsageError } from '../plan/errors.ts'
import type { Plan, PlanNode } from '../plan/plan.ts'
import { Checkpoint, type CheckpointRun, checkSameTimes } from '../recovery/checkpoint.ts'
import type { CheckpointOptions } from '../recovery/checkpoint-options.ts'
import type { Keeper } from '../recovery/previous-run.ts'
import { recordOfNode } from '../registry.ts'
import type { PullInput, SourceRecord } from '../sources/record.ts'
import type { JobGenerator } from './job-generator.ts'
import type { JobScheduler } from './job-scheduler.ts'
import { sourcesOf } from './open-sources.ts'
import type { Earlier } from './receiver-options.ts'

/** What recovery needs of a run. */
export interface RecoveryRun extends CheckpointRun {
  readonly plan: Plan
  readonly byNumber: boolean
  /** The interval of the run before may be taken over. */
  readonly mayAdopt: boolean
}

/** What is to be made recoverable, once it is built. */
export interface RecoveredParts {
  readonly flow: () => Dataflow
  readonly rebuild: () => void
  readonly scheduler: JobScheduler
  readonly generator: JobGenerator
  readonly pulls: ReadonlyMap<number, PullInput>
  /** Forget which elements of the batch at hand have failed: that batch is not shown again. */
  readonly forget: () => void
}

/** The recovery of one run: what it takes over from the one before, and what it leaves to the next. */
export class Recovery {
  readonly checkpoint: Checkpoint
  /** The plan, with the interval of the run before where that is taken over. */
  readonly plan: Plan
  readonly #report: (message: string) => void
  /** Elements that were received and not yet cut, by source. */
  #inBatch = new Map<number, number>()

  private constructor(checkpoint: Checkpoint, plan: Plan, report: (message: string) => void) {
    this.checkpoint = checkpoint
    this.plan = plan
    this.#report = report
  }

  /**
   * Open the directory of the checkpoint.
   *
   * @throws UsageError where a source cannot be recovered, or the run before counted its batches in another way;
   * SourceError where the directory is held by another process, damaged or not writable.
   */
  static async open(options: CheckpointOptions, run: RecoveryRun): Promise<Recovery> {
    for (const node of sourcesOf(run.plan)) {
      const { notRecoverable } = recordOfNode(node) as SourceRecord
      const why = typeof notRecoverable === 'function' ? notRecoverable(node.values) : notRecoverable
      if (why === undefined) continue
      throw new UsageError(`${node.command} cannot be used with a checkpoint: ${why}`, undefined, node.id)
    }
    const checkpoint = await Checkpoint.open(options, run.plan, run)
    const before = checkpoint.previous?.header
    const interval = run.mayAdopt ? (before?.interval ?? run.plan.interval) : run.plan.interval
    try {
      if (before !== undefined) checkSameTimes(interval, run.byNumber ? 'lines' : 'time', before)
    } catch (error) {
      await checkpoint.close()
      throw error
    }
    return new Recovery(checkpoint, { ...run.plan, interval }, run.report)
  }

  /** Give every stage what it kept, and run again what no snapshot holds. */
  async run({ flow, rebuild, scheduler, generator, pulls, forget }: RecoveredParts): Promise<void> {
    const { checkpoint } = this
    while (!checkpoint.previous?.restore(keepersOf(flow(), pulls, this.plan))) {
      if (checkpoint.previous === undefined) break
      rebuild()
    }
    await checkpoint.confirm()
    const { previous } = checkpoint
    const times = { zeroTime: generator.zeroTime, mode: generator.counting }
    if (previous !== undefined) scheduler.begin(generator.lastTime + this.plan.interval)
    const again = await checkpoint.recover(keepersOf(flow(), pulls, this.plan), times, {
      block: (source, partition) => {
        this.#inBatch.set(source, (this.#inBatch.get(source) ?? 0) + countOf(partition))
        return scheduler.replayBlock(source, partition)
      },
      position: async (source, position) => {
        const time = generator.lastTime + this.plan.interval
        for await (const partition of pulls.get(source)?.again?.(position, time) ?? [])
          await scheduler.replayBlock(source, partition)
      },
      cut: async (time, isDone) => {
        this.#inBatch = new Map()
        await scheduler.replayCut(time, isDone)
        if (isDone) forget()
        generator.follow(time)
        scheduler.begin(time + this.plan.interval)
      },
    })
    if (previous === undefined) return
    const batches = again === 1 ? '1 batch' : `${again} batches`
    this.#report(
      `going on behind the batch of ${timeText(generator)}${again === 0 ? '' : `; ${batches} run again`}`,
    )
  }

  /** Return what an earlier run leaves to the receiver of a source. */
  earlier(node: PlanNode, isReplayable: boolean): Earlier {
    const { checkpoint } = this
    if (checkpoint.previous === undefined) return {}
    return {
      resumed: checkpoint.standing(node.id),
      isReplayable,
      inBatch: this.#inBatch.get(node.id) ?? 0,
    }
  }
}

function keepersOf(flow: Dataflow, pulls: ReadonlyMap<number, PullInput>, plan: Plan): readonly Keeper[] {
  const inputs = [...pulls].flatMap(([source, { keeps }]) => {
    const label = plan.nodes.find(({ id }) => id === source)?.label ?? ''
    return keeps === undefined ? [] : [{ label, index: source, keeps }]
  })
  return [...inputs, ...flow.keepers]
}

function timeText(generator: JobGenerator): string {
  const { lastTime, counting } = generator
  return counting === 'lines' ? `${lastTime} ms` : new Date(lastTime).toISOString()
}
