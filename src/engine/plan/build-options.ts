import type { Dataflow } from '../codegen/dataflow.ts'
import type { LoweringLimits } from '../codegen/lowering.ts'
import type { OperatorRecord } from '../operators/record.ts'
import type { OutputPort, OutputRecord } from '../outputs/record.ts'
import type { BlockLog } from '../recording/block-log.ts'
import type { SourceRecord } from '../sources/record.ts'
import type { ElementErrors } from './element-errors.ts'
import type { PlanNode } from './plan.ts'
import type { NodeFunctions } from './resolve.ts'

/** What `build` needs beyond the plan. */
export interface BuildOptions {
  readonly record: (node: PlanNode) => SourceRecord | OperatorRecord | OutputRecord
  readonly functions: (node: PlanNode) => NodeFunctions
  readonly port: OutputPort
  readonly parallelism: number
  /** Whether functions that cannot be seen to be pure may be called on several threads, each with a module of its own. */
  readonly parallelCalls?: boolean
  /** From where on kernels take the place of operators where they can, or false for nowhere. */
  readonly lowering?: LoweringLimits | false
  /** Elements were lost by policy. */
  readonly drop?: (count: number, reason: string) => void
  /** What is done with elements at which a function fails; that is an error where absent. */
  readonly errors?: Pick<ElementErrors, 'skipOf'>
  /** An operator needs no more input. */
  readonly finish: () => void
  /** The time before the first batch; read at each batch, for it is known only when the first is near. */
  readonly zeroTime: () => number
  /** Told of what comes in. */
  readonly log?: BlockLog
  /** Told of the running form. */
  readonly onBuilt?: (flow: Dataflow) => void
}
