import type { ClassLabel } from '../learning/class-point.ts'
import {
  CLASS_WORDS,
  CLASSIFIER_FLAGS,
  type ClassifierOptions,
  classifierOptionsOf,
  FEATURE_FLAGS,
} from '../learning/classifier-flags.ts'
import { positiveOf } from '../learning/learner-arguments.ts'
import { learnerStage } from '../learning/learner-stage.ts'
import { type Distribution, NaiveBayes } from '../learning/naive-bayes.ts'
import { defineOperator } from './record.ts'

/** `streaming-naive-bayes`. */
export const streamingNaiveBayes = defineOperator({
  name: 'streaming-naive-bayes',
  summary: 'Learn to tell any number of classes apart by counting what comes with them.',
  description:
    CLASS_WORDS +
    'Features are taken for how often something is there (`multinomial`), whether it is (`bernoulli`), or numbers about the mean ' +
    'of their class (`gaussian`). The order in which points came does not matter.',
  kind: 'stateful',
  arguments: [],
  flags: [
    {
      name: 'distribution',
      type: 'string',
      options: ['multinomial', 'bernoulli', 'gaussian'],
      default: 'multinomial',
      summary: 'what features are taken for',
    },
    { name: 'smoothing', type: 'number', default: 1, summary: 'added to every count; of no use to gaussian' },
    ...FEATURE_FLAGS,
    ...CLASSIFIER_FLAGS,
  ],
  examples: [
    {
      chain: 'streaming-naive-bayes --features words',
      in: [
        ['spam win money', 'ham see you soon', 'news rain today'],
        ['? money money', '? rain'],
      ],
      out: [
        [
          ['spam', 'spam'],
          ['ham', 'ham'],
          ['news', 'news'],
        ],
        [
          ['? money money', 'spam'],
          ['? rain', 'news'],
        ],
      ],
    },
    {
      chain: 'streaming-naive-bayes --distribution gaussian',
      in: [
        ['a,1', 'a,2', 'b,8', 'b,9'],
        ['?,3', 'b,7'],
      ],
      out: [
        [
          ['a', 'a'],
          ['a', 'a'],
          ['b', 'b'],
          ['b', 'b'],
        ],
        [
          ['?,3', 'a'],
          ['b', 'b'],
        ],
      ],
    },
  ],
  apply: (call) =>
    learnerStage(
      call,
      new NaiveBayes({
        ...classifierOptionsOf(call),
        distribution: call.string('distribution') as Distribution,
        smoothing: positiveOf(call, 'smoothing'),
      }),
    ),
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream of the label of each element with the class that was told of it before it was learned, by naive
     * Bayes. Elements are lines with the label first, pairs of a label and its features, or records with a field `label`.
     *
     * @param options.distribution `multinomial` (the default), `bernoulli` or `gaussian`.
     * @param options.smoothing added to every count; 1 where absent.
     * @throws StageError for an element without features, or of another number of features.
     */
    streamingNaiveBayes(
      options?: ClassifierOptions & { readonly distribution?: Distribution; readonly smoothing?: number },
    ): DStream<[unknown, ClassLabel]>
  }
}
