import { HalfSpaceTrees } from '../learning/half-space-trees.ts'
import { listsOf, positiveOf } from '../learning/learner-arguments.ts'
import { LEARNER_FLAGS, learnerStage } from '../learning/learner-stage.ts'
import { defineOperator } from './record.ts'

/** `half-space-trees`. */
export const halfSpaceTrees = defineOperator({
  name: 'half-space-trees',
  summary: 'Tell of each point how unusual it is, from 0 to 1.',
  description:
    'An element is a line of numbers, `1.5,3`, or a key with them; what comes out is the line, or the key, with its score. Trees ' +
    'halve the room of the points at random; where few were in the window before, a point is unusual. Before the first ' +
    '`--window` points have come every score is 0. `--limits` says between which numbers features lie; where it is absent, the first ' +
    'batch does.',
  kind: 'stateful',
  arguments: [],
  flags: [
    { name: 'trees', type: 'integer', default: 25, summary: 'how many trees' },
    { name: 'height', type: 'integer', default: 10, summary: 'how often each halves the room' },
    {
      name: 'window',
      type: 'integer',
      default: 250,
      summary: 'points after which what was usual is found anew',
    },
    { name: 'seed', type: 'integer', default: 42, summary: 'of the random trees' },
    { name: 'limits', type: 'string', summary: 'the least and the most of each feature, such as 0,0;1,1' },
    ...LEARNER_FLAGS,
  ],
  examples: [
    {
      chain: "half-space-trees --window 4 --height 3 --limits '0;10' map 'p => [p[0], p[1] > 0.9]'",
      in: [
        ['1', '2', '1', '2'],
        ['1', '9'],
      ],
      out: [
        [
          ['1', false],
          ['2', false],
          ['1', false],
          ['2', false],
        ],
        [
          ['1', false],
          ['9', true],
        ],
      ],
    },
  ],
  apply: (call) => {
    const height = positiveOf(call, 'height')
    if (height > 20) throw call.refuse(`half-space-trees: --height expects 20 at most, and got ${height}`)
    const limits = listsOf(call, 'limits')
    if (
      limits !== undefined &&
      (limits.length !== 2 || limits[0]?.some((least, at) => least > (limits[1]?.[at] ?? 0)))
    )
      throw call.refuse(
        'half-space-trees: --limits expects two lists, and no least above its most',
        'Such as 0,0;1,1.',
      )
    return learnerStage(
      call,
      new HalfSpaceTrees({
        trees: positiveOf(call, 'trees'),
        height,
        window: positiveOf(call, 'window'),
        seed: call.number('seed'),
        ...(limits === undefined ? {} : { limits }),
      }),
    )
  },
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream of every point with how unusual it is, from 0 to 1, by streaming half-space trees (Tan, Ting and
     * Liu, 2011). Points are lists of numbers, pairs of a key and such a list, or lines; the key comes out where there is one.
     *
     * @param options.trees how many trees; 25 where absent.
     * @param options.height how often each halves the room; 10 where absent.
     * @param options.window points after which what was usual is found anew; 250 where absent.
     * @param options.limits the least and the most of each feature, such as `0,0;1,1`; those of the first batch where absent.
     * @param options.model a file of JSON that the model begins with, and is written to after every batch.
     * @throws StageError for what is no finite number, or of another number of features.
     */
    halfSpaceTrees(options?: {
      readonly trees?: number
      readonly height?: number
      readonly window?: number
      readonly seed?: number
      readonly limits?: string
      readonly model?: string
    }): DStream<[unknown, number]>
  }
}
