import { elementsOf } from '../batch/lines.ts'
import type { Gather, OperatorCall } from '../operators/record.ts'
import { takeEach } from '../plan/element-errors.ts'
import { keeping, listOf } from '../state/saved.ts'
import { keyedNumberOf } from './keyed-number.ts'
import { stageOf } from './learner-arguments.ts'

/** What is done with the numbers of each series. */
export interface Series<S> {
  /** Return what is known of a series before its first number. */
  readonly begin: () => S
  /** Take a number, which changes what is known; return what comes out, or undefined for nothing. */
  readonly take: (state: S, value: number) => object | number | undefined
  /** What is known as data that can be written down, and back. */
  readonly save: (state: S) => unknown
  readonly restore: (saved: unknown) => S
}

/** Return what a stage does that follows numbers, each series by itself; what comes out has the key of its series, if any. */
export function seriesStage<S>(call: OperatorCall, series: Series<S>): Gather {
  const all = new Map<unknown, S>()
  return {
    gather: ([batch = []]) => {
      const rows: unknown[] = []
      takeEach(call, batch.flatMap(elementsOf), (element) => {
        const { key, value } = keyedNumberOf(element)
        const state = all.get(key) ?? series.begin()
        all.set(key, state)
        const found = series.take(state, value)
        if (found !== undefined) rows.push(key === undefined ? found : [key, found])
      })
      return rows.length === 0 ? [] : [{ kind: 'rows', rows }]
    },
    calls: 'called once per batch',
    keeps: keeping({
      of: stageOf(call),
      version: 1,
      save: () => [...all].map(([key, state]) => [key, series.save(state)]),
      restore: (saved) => {
        const read = listOf(saved).map((entry) => {
          const [key, state] = listOf(entry, 2)
          return [key, series.restore(state)] as const
        })
        all.clear()
        for (const [key, state] of read) all.set(key, state)
      },
      size: () => all.size,
      entries: () => [...all].map(([key, state]) => [key, series.save(state)] as const),
    }),
  }
}
