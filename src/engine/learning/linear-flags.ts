import type { FlagRecord } from '../plan/record.ts'
import { LEARNER_FLAGS } from './learner-stage.ts'

/** Flags of the linear models, with Spark's defaults. */
export const LINEAR_FLAGS: readonly FlagRecord[] = [
  {
    name: 'step-size',
    type: 'number',
    default: 0.1,
    summary: 'how far a step goes; the i-th of a batch, its √i-th part',
  },
  { name: 'iterations', type: 'integer', default: 50, summary: 'how many steps a batch takes at most' },
  {
    name: 'mini-batch-fraction',
    type: 'number',
    default: 1,
    summary: 'the part of a batch that a step looks at',
  },
  {
    name: 'convergence-tolerance',
    type: 'number',
    default: 0.001,
    summary: 'steps end where the weights move by less than this part of their length',
  },
  { name: 'reg-param', type: 'number', default: 0, summary: 'how strongly weights are drawn to 0' },
  {
    name: 'penalty',
    type: 'string',
    options: ['l1', 'l2'],
    default: 'l2',
    summary: 'how --reg-param draws: some weights to 0, or all of them towards it',
  },
  {
    name: 'decay',
    type: 'number',
    summary:
      'weigh batches by their points, and leave so much of the past at each; where absent a batch has the last word',
  },
  {
    name: 'half-life',
    type: 'number',
    summary: 'in the place of --decay: after how many batches half is left',
  },
  {
    name: 'initial-weights',
    type: 'string',
    summary: 'weights to begin with, such as 0.5,-1; zeros where absent',
  },
  { name: 'dimensions', type: 'integer', summary: 'how many features there are, where lines do not say it' },
  ...LEARNER_FLAGS,
]

/** The same of a program. */
export interface LinearStageOptions {
  /** 0.1 where absent. */
  readonly stepSize?: number
  /** Steps a batch takes at most; 50 where absent. */
  readonly iterations?: number
  /** The part of a batch that a step looks at; 1 where absent. */
  readonly miniBatchFraction?: number
  /** Steps end where the weights move by less than this part of their length; 0.001 where absent. */
  readonly convergenceTolerance?: number
  /** How strongly weights are drawn to 0; 0 where absent. */
  readonly regParam?: number
  /** `l2` where absent. */
  readonly penalty?: 'l1' | 'l2'
  /** What is left of the past at each batch; where absent a batch has the last word. */
  readonly decay?: number
  /** In the place of `decay`: after how many batches half is left. */
  readonly halfLife?: number
  /** Divided by commas; zeros where absent. */
  readonly initialWeights?: string
  /** How many features there are, where lines do not say it. */
  readonly dimensions?: number
  /** A file of JSON that the model begins with, and is written to after every batch. */
  readonly model?: string
}
