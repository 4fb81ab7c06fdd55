import type { Behaviour, Narrow, Timed } from '../operators/record.ts'
import type { Skip } from './element-errors.ts'

/**
 * Return a behaviour that leaves out the elements at which it fails. Operators element by element and those that take
 * elements with their times are guarded here; aggregations where they add an element, by the `skip` of their aggregator;
 * others ask `OperatorCall.skip`. What works on a whole batch fails as it always did.
 */
export function guarded(behaviour: Behaviour, skip: Skip | undefined): Behaviour {
  if (skip === undefined) return behaviour
  if ('each' in behaviour) return guardedNarrow(behaviour, skip)
  return 'timed' in behaviour ? guardedTimed(behaviour, skip) : behaviour
}

function guardedNarrow(narrow: Narrow, skip: Skip): Narrow {
  return {
    ...narrow,
    skip,
    each: (emit) => {
      // What a stage makes of an element goes on when all of it is there: half of a list would be a wrong answer.
      let made: unknown[] = []
      const step = narrow.each((element) => made.push(element))
      return (element) => {
        made = []
        try {
          step(element)
        } catch (error) {
          skip(element, error)
          return
        }
        for (const item of made) emit(item)
      }
    },
  }
}

function guardedTimed(timed: Timed, skip: Skip): Timed {
  return {
    ...timed,
    startTimed: (clocks) => {
      const state = timed.startTimed(clocks)
      return {
        ...state,
        take: (element, time, input) => {
          try {
            state.take(element, time, input)
          } catch (error) {
            skip(element, error)
          }
        },
      }
    },
  }
}
