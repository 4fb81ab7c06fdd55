import { unstamping } from '../codegen/timed-vertex.ts'
import type { Vertex } from '../codegen/vertex.ts'
import { statefulVertex, type VertexOptions } from '../codegen/vertices.ts'
import type { Aggregation, Narrow, Stateful } from '../operators/record.ts'
import type { EventClock } from '../state/event-clock.ts'
import { windowedAggregation } from '../state/windowed-aggregation.ts'
import type { PlanNode } from './plan.ts'

/** A window that has no vertex yet. */
export interface DeferredWindow {
  readonly stateful: Stateful
  readonly node: PlanNode
}

/** A stream while the flow is built: where its batches come from and what is still to be done to them. */
export interface Stream {
  readonly from: number
  readonly chain: readonly Narrow[]
  /** The nodes of the chain. */
  readonly nodes: readonly PlanNode[]
  readonly slide: number
  readonly lines: boolean
  /** A window whose operators after it run before it, batch by batch, until an aggregation or another vertex takes it. */
  readonly window?: DeferredWindow
  /** The event time of what comes out of the chain. */
  readonly clock?: EventClock
  /** What comes out of the vertex bears times, set by a clock such as this. */
  readonly stamped?: EventClock
}

/** Return the milliseconds between batches of a stream, a deferred window's where there is one. */
export function slideOf({ window, slide }: Stream): number {
  return window?.stateful.slide ?? slide
}

/**
 * Return a stream as one of its readers has it: where elements bear times, with a clock of its own, for readers run one
 * after the other.
 */
export function unstamped({ stamped, ...stream }: Stream): Stream {
  if (stamped === undefined) return stream
  const clock = stamped.fresh()
  return { ...stream, clock, chain: [...stream.chain, unstamping(clock)] }
}

/** Return the vertex of an aggregation over a window, which keeps what batches were reduced to: it bears the words of both. */
export function windowedVertex(
  options: VertexOptions,
  { stateful, node }: DeferredWindow,
  aggregation: Aggregation,
): Vertex {
  const label = `${node.label} ${options.label}`
  return statefulVertex(
    { ...options, label },
    windowedAggregation(aggregation, stateful.length as number, stateful.slide),
  )
}
