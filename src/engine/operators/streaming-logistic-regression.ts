import { linearModelOf } from '../learning/learner-arguments.ts'
import { learnerStage } from '../learning/learner-stage.ts'
import { LINEAR_FLAGS, type LinearStageOptions } from '../learning/linear-flags.ts'
import { defineOperator } from './record.ts'

/** `streaming-logistic-regression`. Spark: `StreamingLogisticRegressionWithSGD`. */
export const streamingLogisticRegression = defineOperator({
  name: 'streaming-logistic-regression',
  summary: 'Learn to tell 1 from 0 by features, and tell it of each element.',
  description:
    'An element is a line such as `(1.0,[0.5,2.0])`, `1.0,0.5,2.0` with its label first, or one of libsvm. Its label comes ' +
    'out with the 1 or 0 that was told before it was learned; a line without a label, `[0.5,2.0]`, is told and not ' +
    'learned. The steps of a batch begin where those of the last one ended; there is no intercept (add a feature that is 1).',
  kind: 'stateful',
  arguments: [],
  flags: LINEAR_FLAGS,
  examples: [
    {
      chain: 'streaming-logistic-regression --initial-weights 0.1',
      in: [
        ['1,2', '0,-2'],
        ['1,1', '[-3]'],
      ],
      out: [
        [
          [1, 1],
          [0, 0],
        ],
        [
          [1, 1],
          ['[-3]', 0],
        ],
      ],
    },
  ],
  apply: (call) => learnerStage(call, linearModelOf(call, 'logistic')),
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream of every label with the 1 or 0 that was told of its features, by what was learned of the batches
     * before; then the batch is learned (Spark: `StreamingLogisticRegressionWithSGD`). Elements are pairs of a label and
     * features, records of `label` and `features`, or lines. In a checkpoint, the model is kept.
     *
     * @param options steps, weights and where the model is written; Spark's defaults where absent.
     * @throws StageError for what is no finite number, or of another number of features.
     */
    streamingLogisticRegression(options?: LinearStageOptions): DStream<[unknown, number]>
  }
}
