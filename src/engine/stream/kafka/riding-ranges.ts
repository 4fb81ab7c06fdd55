import { isFunctionReference, type Plan, type PlanNode } from '../../plan/plan.ts'
import { findRecord } from '../../registry.ts'
import type { DirectLink, DirectStreamOptions } from '../../sources/kafka/direct-stream.ts'
import { isRDD } from '../rdd.ts'
import type { Time } from '../types.ts'
import { setOffsetRanges } from './has-offset-ranges.ts'
import { OffsetRange } from './offset-range.ts'

/** Stages that give batches to a function of the program, and the argument where it stands. */
const TAKES_BATCHES = new Set(['foreach-rdd', 'transform', 'transform-with'])

/**
 * Return a plan in which every function that is given batches finds the offset ranges of each with it, where the batch came
 * from Kafka; the plan itself where nothing reads Kafka. A window holds several batches: behind it there are none.
 */
export function withOffsetRanges(plan: Plan): Plan {
  const links = new Map<number, readonly DirectLink[]>()
  const nodes = plan.nodes.map((node) => {
    const inputs = node.inputs.map((id) => links.get(id) ?? [])
    const isWindow = findRecord(node.category, node.command).arguments.some(({ ofSlide }) => ofSlide === true)
    const own = linkOf(node)
    links.set(node.id, own === undefined ? (isWindow ? [] : [...new Set(inputs.flat())]) : [own])
    return inputs.some((each) => each.length > 0) ? riding(node, inputs) : node
  })
  return [...links.values()].some((each) => each.length > 0) ? { ...plan, nodes } : plan
}

function linkOf({ command, values: { options } }: PlanNode): DirectLink | undefined {
  if (command !== 'kafka-direct' || !isFunctionReference(options) || options.type !== 'closure')
    return undefined
  return (options.call as DirectStreamOptions).link
}

function riding(node: PlanNode, inputs: readonly (readonly DirectLink[])[]): PlanNode {
  const { function: reference } = node.values
  if (!TAKES_BATCHES.has(node.command) || !isFunctionReference(reference)) return node
  if (reference.type !== 'closure' || typeof reference.call !== 'function') return node
  const action = reference.call as (...rddsAndTime: unknown[]) => unknown
  const call = (...rddsAndTime: unknown[]): unknown => {
    const time = rddsAndTime.at(-1) as Time
    for (const [index, links] of inputs.entries()) {
      const rdd = rddsAndTime[index]
      if (links.length > 0 && isRDD(rdd)) setOffsetRanges(rdd, rangesAt(links, time))
    }
    return action(...rddsAndTime)
  }
  // Labels and checkpoints know a function by its text.
  Object.assign(call, { toString: () => String(action) })
  return { ...node, values: { ...node.values, function: { type: 'closure', call } } }
}

function rangesAt(links: readonly DirectLink[], time: Time): readonly OffsetRange[] {
  return links.flatMap((link) =>
    link
      .rangesAt(time)
      .map(({ topic, partition, from, until }) => new OffsetRange(topic, partition, from, until)),
  )
}
