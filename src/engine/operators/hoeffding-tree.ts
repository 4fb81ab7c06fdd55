import type { ClassLabel } from '../learning/class-point.ts'
import { HoeffdingTree, type LeafPrediction } from '../learning/hoeffding-tree.ts'
import { positiveOf } from '../learning/learner-arguments.ts'
import { LEARNER_FLAGS, learnerStage } from '../learning/learner-stage.ts'
import { defineOperator } from './record.ts'

/** `hoeffding-tree`. */
export const hoeffdingTree = defineOperator({
  name: 'hoeffding-tree',
  summary: 'Learn a decision tree that grows with the stream, and tell the class of each element.',
  description:
    'An element is a line with its label first, `setosa,5.1,3.5`; features are numbers. The label comes out with what was told ' +
    'before it was learned; a line whose label is `?` is told and not learned. A leaf is split when so many points have come to it that ' +
    'the best split is most probably the best one of the whole stream. `--max-leaves` bounds the memory.',
  kind: 'stateful',
  arguments: [],
  flags: [
    {
      name: 'grace-period',
      type: 'integer',
      default: 200,
      summary: 'points of a leaf between two looks at it',
    },
    {
      name: 'delta',
      type: 'number',
      default: 1e-7,
      summary: 'how probable it may be that another split is better',
    },
    {
      name: 'tie-threshold',
      type: 'number',
      default: 0.05,
      summary: 'splits whose gains are that close are equal',
    },
    {
      name: 'leaf-prediction',
      type: 'string',
      options: ['adaptive', 'majority', 'naive-bayes'],
      default: 'adaptive',
      summary: 'what a leaf tells: its most frequent class, naive Bayes, or which was right more often',
    },
    { name: 'max-leaves', type: 'integer', default: 1000, summary: 'how many leaves there are at most' },
    ...LEARNER_FLAGS,
  ],
  examples: [
    {
      chain: 'hoeffding-tree --leaf-prediction naive-bayes',
      in: [
        ['a,1', 'b,9', 'a,2', 'b,8'],
        ['?,1', 'b,7'],
      ],
      out: [
        [
          ['a', 'a'],
          ['b', 'b'],
          ['a', 'a'],
          ['b', 'b'],
        ],
        [
          ['?,1', 'a'],
          ['b', 'b'],
        ],
      ],
    },
    {
      chain: 'hoeffding-tree --grace-period 4 --delta 0.5 --tie-threshold 1 --give model',
      in: [['a,1', 'b,9', 'a,2', 'b,8']],
      out: [
        [
          ['leaves', 2],
          ['depth', 1],
          ['a.leaves', 1],
          ['b.leaves', 1],
        ],
      ],
    },
  ],
  apply: (call) => {
    const delta = positiveOf(call, 'delta')
    if (delta >= 1) throw call.refuse(`hoeffding-tree: --delta expects a number below 1, and got ${delta}`)
    return learnerStage(
      call,
      new HoeffdingTree({
        gracePeriod: positiveOf(call, 'grace-period'),
        delta,
        tieThreshold: positiveOf(call, 'tie-threshold', true),
        leafPrediction: call.string('leaf-prediction') as LeafPrediction,
        maxLeaves: positiveOf(call, 'max-leaves'),
      }),
    )
  },
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream of the label of each element with the class that was told of it before it was learned, by a decision
     * tree that grows with the stream (VFDT of Domingos and Hulten, 2000). Elements are lines with the label first, pairs of a
     * label and its numbers, or records of `label` and `features`.
     *
     * @param options.gracePeriod points of a leaf between two looks at it; 200 where absent.
     * @param options.delta how probable it may be that another split is better; 1e-7 where absent.
     * @param options.tieThreshold splits whose gains are that close are equal; 0.05 where absent.
     * @param options.leafPrediction what a leaf tells; `adaptive` where absent.
     * @param options.maxLeaves how many leaves there are at most; 1000 where absent.
     * @param options.model a file of JSON that the model begins with, and is written to after every batch.
     * @throws StageError for an element without a number for each feature.
     */
    hoeffdingTree(options?: {
      readonly gracePeriod?: number
      readonly delta?: number
      readonly tieThreshold?: number
      readonly leafPrediction?: LeafPrediction
      readonly maxLeaves?: number
      readonly model?: string
    }): DStream<[unknown, ClassLabel]>
  }
}
