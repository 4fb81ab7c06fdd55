import type { MapperCall } from '../../functions/names.ts'
import { keeping } from '../state/saved.ts'
import { StateTable, shownEntries } from '../state/state-table.ts'
import type { Duration } from '../stream/types.ts'
import { defineOperator, type Timed } from './record.ts'

/** `dedup [FUNCTION]`. Spark: `dropDuplicates` and `dropDuplicatesWithinWatermark` of Structured Streaming. */
export const dedup = defineOperator({
  name: 'dedup',
  aliases: ['drop-duplicates'],
  summary: 'Keep the first element of each key, across batches.',
  description:
    'The key is what the function gives, or the element itself. With --within, an element is dropped where one of its key ' +
    'was kept less than that before or after it, by event-time where that stands before, else by batch; keys are forgotten ' +
    'in time. Without --within every key is remembered.',
  kind: 'stateful',
  keepsElements: true,
  arguments: [
    {
      name: 'key',
      type: 'function',
      role: 'map',
      isPath: true,
      required: false,
      summary: 'what makes elements the same: a path such as id, or a function',
    },
  ],
  flags: [{ name: 'within', type: 'duration', summary: 'for how long a key is remembered, such as 10m' }],
  examples: [
    { chain: 'dedup', in: [['a', 'b', 'a'], ['b', 'c'], ['a']], out: [['a', 'b'], ['c'], []] },
    { chain: 'dedup --within 2s', in: [['a'], ['a'], ['a'], ['a']], out: [['a'], [], ['a'], []] },
    {
      chain: 'dedup id',
      in: [
        [
          { id: 1, n: 1 },
          { id: 1, n: 2 },
        ],
        [{ id: 2, n: 3 }],
      ],
      out: [[{ id: 1, n: 1 }], [{ id: 2, n: 3 }]],
    },
  ],
  apply: (call): Timed => {
    const keyOf = call.value('key') === undefined ? (element: unknown) => element : call.mapper('key')
    const within = (call.value('within') as number | undefined) ?? Number.POSITIVE_INFINITY
    return {
      timed: 'any',
      startTimed: ([clock]) => {
        const isBounded = within !== Number.POSITIVE_INFINITY
        let kept = new StateTable({ timed: isBounded })
        let rows: unknown[] = []
        let late = 0
        return {
          take: (element, time) => {
            // Its like may have been forgotten: whether it is the first cannot be known.
            if (clock !== undefined && time <= clock.watermark - within) {
              late += 1
              return
            }
            const key = keyOf(element)
            const address = kept.find(key)
            if (address < 0) {
              const added = kept.add(key, time)
              if (isBounded) kept.touch(added, time)
            } else {
              const times = timesOf(kept.get(address))
              if (times.some((at) => Math.abs(time - at) < within)) return
              // Only elements that come out of order can still meet more than the latest.
              const oldest = clock === undefined ? time : clock.watermark - 2 * within
              const left = [...times.filter((at) => at > oldest), time]
              kept.set(address, left.length === 1 ? time : left)
              if (time > kept.time(address)) kept.touch(address, time)
            }
            rows.push(element)
          },
          next: (time) => {
            if (late > 0) call.drop(late, `late for ${call.label}`)
            late = 0
            const before = clock === undefined ? time - within : clock.watermark - 2 * within
            forget(kept, before)
            const out = rows
            rows = []
            return out.length === 0 ? [] : [{ kind: 'rows', rows: out }]
          },
          keeps: keeping({
            of: 'dedup',
            version: 1,
            save: () => kept.save(),
            restore: (saved) => {
              const table = new StateTable({ timed: isBounded })
              table.apply(saved)
              kept = table
            },
            changes: () => kept.changes(),
            size: () => kept.size,
            entries: () => shownEntries(kept, (times) => times),
            apply: (saved) => kept.apply(saved),
          }),
        }
      },
    }
  },
})

/** A key has one time, or a list of them. */
function timesOf(state: unknown): readonly number[] {
  return typeof state === 'number' ? [state] : (state as readonly number[])
}

function forget(kept: StateTable, before: number): void {
  for (let oldest = kept.oldest(); oldest >= 0 && kept.time(oldest) <= before; oldest = kept.oldest())
    kept.remove(oldest)
}

/** Options of `dedup`. */
export interface DedupOptions {
  /** Milliseconds for which a key is remembered; for ever where absent. */
  readonly within?: Duration
}

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream of the first element of each key, across batches.
     *
     * @param key what makes elements the same; the element itself where absent. Lists and records are compared by value.
     * @param options.within an element is dropped only where one of its key was kept less than that before or after it, by
     * event time where it was assigned, else by batch. Without it, memory grows with the number of keys.
     */
    dedup(options?: DedupOptions): DStream<T>
    dedup(key: (element: T) => unknown, options?: DedupOptions): DStream<T>
    dedup<E>(this: DStream<E>, key: FieldName<E> | MapperCall<E>, options?: DedupOptions): DStream<E>
  }
}

type FieldName<T> = T extends string | readonly unknown[] ? never : keyof T & string
