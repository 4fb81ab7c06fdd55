import type { Dataflow } from '../codegen/dataflow.ts'
import type { OutputRecord } from '../outputs/record.ts'
import type { PlanNode } from '../plan/plan.ts'
import type { JobGenerator } from '../scheduler/job-generator.ts'
import type { JobScheduler } from '../scheduler/job-scheduler.ts'

/** The parts of a run that something else than its sources and its clock drives. */
export interface DrivenRun {
  readonly scheduler: JobScheduler
  readonly generator: JobGenerator
  readonly flow: () => Dataflow
  /** Aborted when the run has ended, or is told to. */
  readonly signal: AbortSignal
  /** Close the outputs, and end. */
  readonly close: () => Promise<void>
}

/** What gives blocks and batches in place of sources and clock. */
export interface Replaying {
  /** Return an output with a writer that is only asked for batches that are shown. */
  readonly shown: (node: PlanNode, record: OutputRecord) => OutputRecord
  /** An operator needs no more input. */
  readonly finish: () => void
  /** Give all batches, and end the run. */
  readonly drive: (run: DrivenRun) => Promise<void>
}
