import type { OutputPort } from '../outputs/record.ts'
import type { ElementErrors } from '../plan/element-errors.ts'
import type { Plan, PlanNode } from '../plan/plan.ts'
import { createCall, type NodeFunctions } from '../plan/resolve.ts'
import { recordOfNode } from '../registry.ts'
import type { PullContext, PullInput, SourceCall, SourceRecord } from '../sources/record.ts'
import type { Rates } from './rate-controller.ts'
import type { Earlier } from './receiver-options.ts'
import type { ReceiverTracker } from './receiver-tracker.ts'

/** What sources are opened with. */
export interface SourcesOptions {
  readonly plan: Plan
  readonly functions: (node: PlanNode) => NodeFunctions
  readonly parallelism: number
  readonly port: OutputPort
  readonly errors?: ElementErrors
}

/** Return the sources of a plan. */
export function sourcesOf(plan: Plan): readonly PlanNode[] {
  return plan.nodes.filter(({ category }) => category === 'source')
}

/** Open the sources that are asked at each batch. */
export function openPulls(
  options: SourcesOptions,
  context: PullContext,
  rates: Rates,
): ReadonlyMap<number, PullInput> {
  return new Map(
    sourcesOf(options.plan).flatMap((node): [number, PullInput][] => {
      const { pull } = recordOfNode(node) as SourceRecord
      if (pull === undefined) return []
      const limited = {
        ...context,
        limit: () => rates.limitOf(node.id),
        held: () => rates.held(node.id),
      }
      return [[node.id, pull(callOf(node, options), limited)]]
    }),
  )
}

/** Make a receiver for each source that hands over when it likes; return how to start them. */
export function openReceivers(
  options: SourcesOptions,
  tracker: ReceiverTracker,
  earlier: (node: PlanNode, isReplayable: boolean) => Earlier | undefined,
  fail: (error: unknown) => void,
): readonly (() => void)[] {
  return sourcesOf(options.plan).flatMap((node) => {
    const { receive, replayable = false } = recordOfNode(node) as SourceRecord
    if (receive === undefined) return []
    const receiver = tracker.add(node.id, node.label, earlier(node, replayable))
    const call = callOf(node, options)
    return () => {
      receiver.tell('started')
      void receive(call, receiver)?.catch(fail)
    }
  })
}

function callOf(node: PlanNode, { functions, parallelism, port, errors }: SourcesOptions): SourceCall {
  const record = recordOfNode(node) as SourceRecord
  const lines = [record.elements === 'lines']
  const skip = errors?.skipOf(node.label)
  return createCall(node, record, functions(node), { lines, parallelism, report: port.report, skip })
}
