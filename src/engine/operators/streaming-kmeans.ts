import { KMeans, type TimeUnit } from '../learning/k-means.ts'
import { decayOf, listsOf, numbersOf } from '../learning/learner-arguments.ts'
import { LEARNER_FLAGS, learnerStage } from '../learning/learner-stage.ts'
import { randomCenters } from '../learning/spark-random.ts'
import { defineOperator, type OperatorCall } from './record.ts'

/** `streaming-kmeans`. Spark: `StreamingKMeans`. */
export const streamingKMeans = defineOperator({
  name: 'streaming-kmeans',
  method: 'streamingKMeans',
  summary: 'Find clusters in a stream of points, and tell the cluster of each.',
  description:
    'A point is a line such as `1.0,2.0`, `[1.0,2.0]`, `(label,[1.0,2.0])` or one of libsvm; it comes out with the number ' +
    'of its cluster, which was found in the batches before. The clusters begin at the first points that differ, at ' +
    '`--centers`, or at random with `--dimensions` and `--seed`, the same ones as in Spark. `--decay` 1 never forgets, 0 ' +
    'knows the last batch alone; with `--half-life` a batch (or with `--time-unit points` a point) counts for half after so many more. ' +
    'A cluster that dies is put beside the largest one.',
  kind: 'stateful',
  arguments: [],
  flags: [
    { name: 'k', type: 'integer', default: 2, summary: 'how many clusters' },
    { name: 'decay', type: 'number', summary: 'what is left of the past at each batch; 1 where absent' },
    {
      name: 'half-life',
      type: 'number',
      summary: 'in the place of --decay: after how many batches half is left',
    },
    {
      name: 'time-unit',
      type: 'string',
      options: ['batches', 'points'],
      default: 'batches',
      summary: 'what --decay and --half-life count',
    },
    { name: 'centers', type: 'string', summary: "where the clusters begin, such as '0,0;5,5'" },
    {
      name: 'weights',
      type: 'string',
      summary: 'how many points each of --centers weighs, such as 10,10; 0 where absent',
    },
    {
      name: 'dimensions',
      type: 'integer',
      summary: 'how many features a point has, where its line does not say it',
    },
    { name: 'seed', type: 'integer', summary: 'begin at random, with --dimensions' },
    { name: 'weight', type: 'number', default: 0, summary: 'how many points a centre at random weighs' },
    ...LEARNER_FLAGS,
  ],
  examples: [
    {
      chain: "streaming-kmeans --centers '0,0;5,5'",
      in: [
        ['0,1', '6,5'],
        ['1,0', '[5,6]', '(a,[9,9])'],
      ],
      out: [
        [
          ['0,1', 0],
          ['6,5', 1],
        ],
        [
          ['1,0', 0],
          ['[5,6]', 1],
          ['a', 1],
        ],
      ],
    },
    {
      chain: "streaming-kmeans --centers '0;10' --weights 1,1 --give model",
      in: [['2', '12']],
      out: [
        [
          ['0.0', 1],
          ['0.weight', 2],
          ['1.0', 11],
          ['1.weight', 2],
        ],
      ],
    },
    {
      chain: 'streaming-kmeans --give metrics',
      in: [
        ['1', '9'],
        ['2', '9'],
      ],
      out: [[{ count: 2, cost: 0, costPerPoint: 0 }], [{ count: 2, cost: 1, costPerPoint: 0.5 }]],
    },
  ],
  apply: (call) => learnerStage(call, modelOf(call)),
})

function modelOf(call: OperatorCall): KMeans {
  const k = call.number('k')
  if (k < 1) throw call.refuse(`streaming-kmeans: --k expects at least 1, and got ${k}`)
  const given = listsOf(call, 'centers')
  const weights = numbersOf(call, 'weights')
  const dimensions = call.value('dimensions') as number | undefined
  const seed = call.value('seed') as number | undefined
  if (given !== undefined && given.length !== k)
    throw call.refuse(`streaming-kmeans: --centers has ${given.length} centres, and --k is ${k}`)
  if (weights !== undefined && weights.length !== given?.length)
    throw call.refuse('streaming-kmeans: --weights expects a number for each of --centers')
  if (seed !== undefined && (dimensions === undefined || given !== undefined))
    throw call.refuse('streaming-kmeans: --seed needs --dimensions, and no --centers')
  const centers = seed === undefined ? given : randomCenters(k, dimensions ?? 0, seed)
  return new KMeans({
    k,
    decay: decayOf(call) ?? 1,
    timeUnit: call.string('time-unit') as TimeUnit,
    ...(centers === undefined ? {} : { centers }),
    ...(dimensions === undefined ? {} : { dimensions }),
    weights: seed === undefined ? (weights ?? []) : Array.from({ length: k }, () => call.number('weight')),
  })
}

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream of every point with the number of its cluster, by what was found in the batches before; then the
     * clusters learn from the batch (Spark: `StreamingKMeans`). Points are lists of numbers, pairs of a key and such a list,
     * or lines; the key comes out where there is one. In a checkpoint, the model is kept.
     *
     * @param options.k how many clusters; 2 where absent.
     * @param options.decay what is left of the past at each batch, from 0 to 1; 1 where absent.
     * @param options.halfLife in its place: after how many batches, or points, half is left.
     * @param options.centers where the clusters begin, such as `0,0;5,5`; the first points that differ where absent.
     * @param options.model a file of JSON that the model begins with, and is written to after every batch.
     * @throws StageError for what is no finite number, or of another number of features.
     */
    streamingKMeans(options?: {
      readonly k?: number
      readonly decay?: number
      readonly halfLife?: number
      readonly timeUnit?: TimeUnit
      readonly centers?: string
      readonly weights?: string
      readonly dimensions?: number
      readonly seed?: number
      readonly weight?: number
      readonly model?: string
    }): DStream<[unknown, number]>
  }
}
