import type { ClassLabel } from '../learning/class-point.ts'
import { labelOf } from '../learning/class-point.ts'
import {
  CLASS_WORDS,
  CLASSIFIER_FLAGS,
  type ClassifierOptions,
  classifierOptionsOf,
  FEATURE_FLAGS,
} from '../learning/classifier-flags.ts'
import { positiveOf } from '../learning/learner-arguments.ts'
import { learnerStage } from '../learning/learner-stage.ts'
import { OnlineClassifier } from '../learning/online-classifier.ts'
import type { RuleName } from '../learning/online-rules.ts'
import { defineOperator } from './record.ts'

/** `streaming-classifier`. */
export const streamingClassifier = defineOperator({
  name: 'streaming-classifier',
  summary: 'Learn to tell two classes apart, point by point, in memory that does not grow.',
  description:
    CLASS_WORDS +
    '`ftrl` is logistic regression whose weights stay 0 where they are of no use (`--l1`), `passive-aggressive` moves its weights as ' +
    'far as the last point needs, `perceptron` where it was told wrong. Words take the memory of 2^bits places, however many ' +
    'different ones there are. There is a feature that is always 1.',
  kind: 'stateful',
  arguments: [],
  flags: [
    {
      name: 'algorithm',
      type: 'string',
      options: ['ftrl', 'passive-aggressive', 'perceptron'],
      default: 'ftrl',
      summary: 'by which rule weights are learned',
    },
    { name: 'positive', type: 'string', default: '1', summary: 'the label that a score above 0 means' },
    { name: 'alpha', type: 'number', default: 0.1, summary: 'ftrl: how fast weights move' },
    { name: 'beta', type: 'number', default: 1, summary: 'ftrl: how slowly they begin' },
    { name: 'l1', type: 'number', default: 0, summary: 'ftrl: what a weight must be worth not to be 0' },
    { name: 'l2', type: 'number', default: 0, summary: 'ftrl: how strongly weights are drawn to 0' },
    {
      name: 'aggressiveness',
      type: 'number',
      default: 1,
      summary: 'passive-aggressive: how far one point may move the weights',
    },
    { name: 'no-intercept', type: 'boolean', summary: 'without the feature that is always 1' },
    ...FEATURE_FLAGS,
    ...CLASSIFIER_FLAGS,
  ],
  examples: [
    {
      chain: 'streaming-classifier --features words --positive spam',
      in: [
        ['spam win money', 'ham see you soon'],
        ['? win a prize', 'ham see me'],
      ],
      out: [
        [
          ['spam', 'spam'],
          ['ham', 'ham'],
        ],
        [
          ['? win a prize', 'spam'],
          ['ham', 'ham'],
        ],
      ],
    },
    {
      chain: 'streaming-classifier --algorithm perceptron --no-intercept --give model',
      in: [['1,2,0', '0,1,1']],
      out: [
        [
          ['0', 1],
          ['1', -1],
        ],
      ],
    },
  ],
  apply: (call) => {
    const positive = labelOf(call.string('positive'))
    if (positive === undefined) throw call.refuse('streaming-classifier: --positive expects a label')
    return learnerStage(
      call,
      new OnlineClassifier({
        ...classifierOptionsOf(call),
        algorithm: call.string('algorithm') as RuleName,
        positive,
        alpha: positiveOf(call, 'alpha'),
        beta: positiveOf(call, 'beta', true),
        l1: positiveOf(call, 'l1', true),
        l2: positiveOf(call, 'l2', true),
        aggressiveness: positiveOf(call, 'aggressiveness'),
        hasIntercept: !call.boolean('no-intercept'),
      }),
    )
  },
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream of the label of each element with the class that was told of it before it was learned. Elements are
     * lines with the label first, pairs of a label and its features, or records with a field `label`.
     *
     * @param options.algorithm `ftrl` (the default; McMahan et al., 2013), `passive-aggressive` (Crammer et al., 2006) or
     *   `perceptron` (Rosenblatt, 1958).
     * @param options.positive the label that a score above 0 means; 1 where absent.
     * @throws StageError for an element without features, of a third class, or of another number of features.
     */
    streamingClassifier(
      options?: ClassifierOptions & {
        readonly algorithm?: 'ftrl' | 'passive-aggressive' | 'perceptron'
        readonly positive?: string
        readonly alpha?: number
        readonly beta?: number
        readonly l1?: number
        readonly l2?: number
        readonly aggressiveness?: number
        readonly noIntercept?: boolean
      },
    ): DStream<[unknown, ClassLabel]>
  }
}
