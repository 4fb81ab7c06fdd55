import { eachElement } from '../batch/lines.ts'
import type { Keeps, Narrow, Timed } from '../operators/record.ts'
import { UsageError } from '../plan/errors.ts'
import type { EventClock } from '../state/event-clock.ts'
import { keeping, listOf, recordOf, unfit } from '../state/saved.ts'
import { Collector } from './collect.ts'
import type { Vertex } from './vertex.ts'
import type { VertexOptions } from './vertices.ts'

/** An element with its event time, where a vertex stands between two stages that know it. */
class Stamped {
  readonly time: number
  readonly element: unknown

  constructor(time: number, element: unknown) {
    this.time = time
    this.element = element
  }
}

/** Return the step that writes the time of each element onto it. */
export function stamping(clock: EventClock): Narrow {
  return { each: (emit) => (element) => emit(new Stamped(clock.current, element)) }
}

/** Return the step that takes the times off again and sets a clock by them. */
export function unstamping(clock: EventClock): Narrow {
  return {
    each: (emit) => (element) => {
      clock.set((element as Stamped).time)
      emit((element as Stamped).element)
    },
    clock,
  }
}

/**
 * An operator over elements with times. An element that has an event time is taken when it arrives; others wait for the
 * end of their batch, whose time is known then.
 *
 * @throws UsageError where an operator needs event times and its input has none.
 */
export function timedVertex(
  options: VertexOptions,
  timed: Timed,
  clocks: readonly (EventClock | undefined)[],
  node: number,
): Vertex {
  if (timed.timed === 'event' && clocks[0] === undefined) {
    throw new UsageError(
      `${options.label}: its elements have no event time`,
      'Put event-time before it, behind what regroups elements: after a reduction, a join or a sort their times are gone.',
      node,
    )
  }
  if (clocks.some((clock) => (clock === undefined) !== (clocks[0] === undefined))) {
    throw new UsageError(
      `${options.label}: one of its streams has event times, the other has none`,
      'Put event-time into both streams, or into neither.',
      node,
    )
  }
  const state = timed.startTimed(clocks)
  const waiting = clocks.map(() => new Collector())
  return {
    label: options.label,
    inputSlide: options.inputSlide,
    slide: options.inputSlide,
    emit: (port) => {
      const clock = clocks[port]
      if (clock === undefined) return (waiting[port] as Collector).emit
      return (element) => state.take(element, clock.current, port)
    },
    finish: (time) => {
      for (const [port, collector] of waiting.entries()) {
        for (const partition of collector.take())
          eachElement(partition, (element) => state.take(element, time, port))
      }
      for (const clock of clocks) clock?.tick(time)
      return state.next(time)
    },
    keeps: withClocks(clocks, state.keeps),
    ...(state.end === undefined ? {} : { end: state.end }),
  }
}

/**
 * What an operator keeps, and the clocks of its inputs: each clock is that of one such operator, for streams with several
 * readers have one for each. A clock that no operator looks at has nothing to keep.
 */
function withClocks(clocks: readonly (EventClock | undefined)[], state: Keeps): Keeps {
  const withSeen = (of: unknown): unknown => ({ clocks: clocks.map((clock) => clock?.save()), state: of })
  const taken = (saved: unknown, take: ((saved: unknown) => void) | undefined): void => {
    const record = recordOf(saved, 'clocks', 'state')
    const seen = listOf(record.clocks, clocks.length)
    for (const [port, clock] of clocks.entries()) {
      if ((clock === undefined) !== (seen[port] === undefined))
        throw unfit(`elements ${clock === undefined ? 'without' : 'with'} event times`, 'others')
      clock?.fresh().restore(seen[port])
    }
    take?.(record.state)
    for (const [port, clock] of clocks.entries()) clock?.restore(seen[port])
  }
  const { save, restore, changes, apply, size, entries } = state
  return keeping({
    of: 'a stage by time',
    version: 1,
    save: () => withSeen(save()),
    restore: (saved) => taken(saved, restore),
    ...(changes === undefined ? {} : { changes: () => withSeen(changes()) }),
    ...(apply === undefined ? {} : { apply: (saved) => taken(saved, apply) }),
    ...(size === undefined ? {} : { size }),
    ...(entries === undefined ? {} : { entries }),
  })
}
