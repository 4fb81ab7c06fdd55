import type { Aggregator } from '../../functions/aggregator.ts'
import { eachElement } from '../batch/lines.ts'
import { stageError } from '../plan/describe.ts'
import { UsageError } from '../plan/errors.ts'
import { adder } from '../shuffle/aggregation.ts'
import { KeyedTable } from '../shuffle/keyed-table.ts'
import { byHash } from '../stream/rdd-keys.ts'
import type { Item, Widen } from '../stream/types.ts'
import { defineOperator, type OperatorCall } from './record.ts'

/** `combine-by-key CREATE MERGE-VALUE MERGE-COMBINERS [PARTITIONS]`. Spark: `PairDStreamFunctions.combineByKey`. */
export const combineByKey = defineOperator({
  name: 'combine-by-key',
  summary: 'Combine the values of each key in a batch into a result of another type.',
  description:
    'Keys come out in order of their first appearance. With a number of partitions each is where its hash says, as ' +
    'partition-by puts it. How often combiners are merged depends on how the batch was received: the functions must ' +
    'give the same in any case.',
  kind: 'wide',
  arguments: [
    {
      name: 'create-combiner',
      type: 'function',
      role: 'map',
      required: true,
      summary: 'what the first value of a key becomes',
    },
    {
      name: 'merge-value',
      type: 'function',
      own: true,
      required: true,
      summary: 'what a combiner and a value more become',
    },
    {
      name: 'merge-combiners',
      type: 'function',
      own: true,
      required: true,
      summary: 'what two combiners become, the earlier first',
    },
    { name: 'partitions', type: 'integer', required: false, summary: 'how many partitions come out' },
  ],
  flags: [],
  examples: [
    {
      chain:
        "combine-by-key 'value => [value, 1]' '(c, value) => [c[0] + value, c[1] + 1]' '(a, b) => [a[0] + b[0], a[1] + b[1]]'",
      in: [
        [
          ['a', 3],
          ['b', 1],
          ['a', 5],
        ],
        [],
      ],
      out: [
        [
          ['a', [8, 2]],
          ['b', [1, 1]],
        ],
        [],
      ],
    },
    {
      chain: "combine-by-key identity '(a, b) => a + b' '(a, b) => a + b' 2 glom",
      in: [
        [
          [1, 3],
          [2, 1],
          [1, 5],
        ],
        [],
      ],
      out: [
        [[[2, 1]], [[1, 8]]],
        [[], []],
      ],
    },
  ],
  apply: (call) => {
    const aggregator = aggregatorOf(call)
    const count = call.value('partitions') as number | undefined
    if (count === undefined) return { aggregation: { key: 'pair', aggregator, output: 'pairs' } }
    if (count < 1) throw new UsageError(`combine-by-key expects at least 1 partition, got ${count}`)
    return {
      gather: ([batch = []]) => {
        const table = new KeyedTable(aggregator)
        const add = adder({ key: 'pair', aggregator, output: 'pairs' }, call.lines, () => table)
        for (const partition of batch) eachElement(partition, add)
        return byHash([table.results()], count)
      },
    }
  },
})

function aggregatorOf(call: OperatorCall): Aggregator {
  const merging = (name: string): ((left: unknown, right: unknown) => unknown) => {
    const merge = call.plainMapper(name) as (left: unknown, right?: unknown) => unknown
    return (left, right) => {
      try {
        return merge(left, right)
      } catch (error) {
        if (call.skip !== undefined && name === 'merge-combiners') {
          call.skip(right, error)
          return left
        }
        throw stageError(call.label, right, error)
      }
    }
  }
  return {
    ...(call.skip && { skip: call.skip }),
    create: call.mapper('create-combiner'),
    mergeValue: merging('merge-value'),
    mergeCombiners: merging('merge-combiners'),
  }
}

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream of pairs: each key of the batch with its values combined.
     *
     * @param createCombiner makes the combiner of a first value.
     * @param mergeValue takes one value more; may change and return its first argument.
     * @param mergeCombiners makes one combiner of two, the earlier on the left; likewise. It must be associative.
     * @param numPartitions how many partitions come out, each key where its hash says; one where absent.
     * @param mapSideCombine for Spark's sake: values are always combined before the shuffle, which changes no result.
     */
    combineByKey<K, V, C extends Item>(
      this: DStream<readonly [K, V]>,
      createCombiner: (value: Widen<V>) => C,
      mergeValue: (combiner: Widen<C>, value: Widen<V>) => Widen<C>,
      mergeCombiners: (left: Widen<C>, right: Widen<C>) => Widen<C>,
      numPartitions?: number,
      mapSideCombine?: boolean,
    ): DStream<[K, Widen<C>]>
  }
}
