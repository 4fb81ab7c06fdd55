/** What the compiler must and must not accept of states; `tsc -p tsconfig.json` is the test. Nothing here is called. */
import { type DStream, Minutes, type RDD, type State, StateSpec, type Time } from '../src/index.ts'

type Equal<A, B> = (<X>() => X extends A ? 1 : 2) extends <X>() => X extends B ? 1 : 2 ? true : false

/** Accepts a stream whose elements are exactly of type `E`. */
function streamOf<E>() {
  return <A>(_stream: DStream<A>, ..._same: Equal<A, E> extends true ? [] : [expected: E]): void => {}
}

export function updates(lines: DStream<string>, saved: RDD<[string, number]>): void {
  const ones = lines.map((word) => [word, 1] as const)
  const sum = (values: number[], state: number | undefined): number =>
    values.reduce((a, b) => a + b, state ?? 0)
  streamOf<[string, number]>()(ones.updateStateByKey(sum))
  streamOf<[string, number]>()(
    ones.updateStateByKey((values, state?: number) => values.length + (state ?? 0)),
  )
  streamOf<[string, string]>()(
    ones.updateStateByKey((values, state: string | undefined) => (values.length > 3 ? null : `${state}`)),
  )
  streamOf<[string, [number, string]]>()(
    ones.updateStateByKey<string, 1, [number, string]>((values, state) => state ?? [values.length, 'first']),
  )
  streamOf<[string, number]>()(ones.updateStateByKey(sum, 4))
  streamOf<[string, number]>()(ones.updateStateByKey(sum, 4, saved))
  streamOf<[string, number]>()(ones.updateStateByKey(sum, { initialRDD: saved }))
  streamOf<[string, number]>()(ones.updateStateByKey(sum, { initialRDD: new Map([['a', 1]]) }))
  streamOf<[string, number]>()(
    ones.updateStateByKey(sum, { numPartitions: 2, getPartition: (key) => key.length % 2 }),
  )
  streamOf<[string, number]>()(ones.updateStateByKey('sum'))
  streamOf<[string, number[]]>()(ones.updateStateByKey('list'))
  streamOf<[string, number]>()(
    ones.updateStateByKey(
      (time: Time, key, values, state: number | undefined) =>
        time + key.length + values.length + (state ?? 0),
      2,
      true,
    ),
  )
  streamOf<[string, number]>()(
    ones.updateStateByKey(
      function* (keys: Iterable<[string, number[], number | undefined]>): Generator<[string, number]> {
        for (const [key, values, state] of keys) yield [key.trim(), values.length + (state ?? 0)]
      },
      2,
      false,
      saved,
    ),
  )

  // @ts-expect-error only pairs have keys
  lines.updateStateByKey((_values, state: number | undefined) => state)
  // @ts-expect-error only pairs have keys
  lines.updateStateByKey('count')
  // @ts-expect-error the values are numbers
  ones.updateStateByKey((_values: string[], state: number | undefined) => state)
  // @ts-expect-error what comes out is what goes in
  ones.updateStateByKey((values: number[], state: number | undefined): string => `${values}${state}`)
  // @ts-expect-error the states that are there at first are of the same type
  ones.updateStateByKey(sum, { initialRDD: [['a', 'x']] })
  // @ts-expect-error of the same keys too
  ones.updateStateByKey(sum, 1, [[1, 1]])
  // @ts-expect-error there is no such reducer
  ones.updateStateByKey('split')
  // @ts-expect-error whole partitions need a number of them
  ones.updateStateByKey((_keys: Iterable<[string, number[], number | undefined]>): [string, number][] => [])
}

export function mappings(lines: DStream<string>, saved: RDD<[string, number]>): void {
  const ones = lines.map((word) => [word, 1] as const)
  const spec = StateSpec.function((key: string, value: number | undefined, state: State<number>) => {
    state.update((state.getOption() ?? 0) + (value ?? 0))
    return `${key} ${state.get()}`
  })
  streamOf<string>()(ones.mapWithState(spec))
  streamOf<[string, number]>()(ones.mapWithState(spec).stateSnapshots())
  streamOf<string>()(
    ones.mapWithState(spec.initialState(saved).numPartitions(2).timeout(Minutes(10))).filter('not-empty'),
  )
  streamOf<string>()(ones.mapWithState(spec.initialState([['a', 1]])))
  streamOf<boolean>()(
    ones.mapWithState(
      StateSpec.function((time: Time, _key: string, value: number | undefined, _state: State<string>) =>
        value === 1 ? undefined : time > 3,
      ),
    ),
  )
  streamOf<[string, number]>()(ones.mapWithState('max').stateSnapshots())
  streamOf<[string, number[]]>()(ones.mapWithState('list', { timeout: 1 }).stateSnapshots())

  // @ts-expect-error text is no pair
  lines.mapWithState(spec)
  // @ts-expect-error the keys are text
  lines.map((word) => [1, word.length] as const).mapWithState(spec)
  // @ts-expect-error the values are numbers
  lines.map((word) => [word, word] as const).mapWithState(spec)
  // @ts-expect-error initial states are states
  spec.initialState([['a', 'x']])
  // @ts-expect-error a state is updated by one of its type
  StateSpec.function((_key: string, _value: number | undefined, state: State<number>) => state.update('x'))
  // @ts-expect-error on a timeout there is no value
  ones.mapWithState(StateSpec.function((_key: string, value: number, _state: State<number>) => value))
  // @ts-expect-error snapshots are of states only
  ones.reduceByKey('sum').stateSnapshots()
  // @ts-expect-error behind another operator there is no state
  ones.mapWithState(spec).map('length').stateSnapshots()
  // @ts-expect-error a specification says it by a method
  ones.mapWithState(spec, { timeout: 1 })
}
