import type { OperatorCall } from '../operators/record.ts'
import type { FlagRecord } from '../plan/record.ts'
import type { FeatureKind } from './class-point.ts'
import { stageOf } from './learner-arguments.ts'
import { LEARNER_FLAGS } from './learner-stage.ts'

/** What a line is, for the help. */
export const CLASS_WORDS =
  'An element is a line with its label first, `spam,0.5,2` or `spam 1:0.5 4:2`, or with `--features words` any words behind ' +
  'the label: `spam win money now`, `1 site=news hour:13`. The label comes out with what was told before it was learned; ' +
  'a line whose label is `?` is told and not learned. '

/** Flags of features that may be words. */
export const FEATURE_FLAGS: readonly FlagRecord[] = [
  {
    name: 'features',
    type: 'string',
    options: ['numbers', 'words'],
    default: 'numbers',
    summary: 'what features are: numbers in their places, or words in places by their hashes',
  },
  { name: 'bits', type: 'integer', default: 18, summary: 'of words: their hashes have 2^bits places' },
  { name: 'dimensions', type: 'integer', summary: 'how many numbers there are, where lines do not say it' },
]

const [MODEL, GIVE] = LEARNER_FLAGS

/** Flags of every stage that learns classes with probabilities. */
export const CLASSIFIER_FLAGS: readonly FlagRecord[] = [
  MODEL,
  {
    ...GIVE,
    options: ['predictions', 'probabilities', 'metrics', 'model'],
    summary: 'what comes out of a batch: classes, how probable they are, how good they were, or the model',
  },
]

/** What stages of classes with features that may be words are asked. */
export interface ClassifierOptions {
  /** What features are; `numbers` where absent. */
  readonly features?: FeatureKind
  /** Of words: their hashes have 2^bits places; 18 where absent. */
  readonly bits?: number
  /** How many numbers there are, where lines do not say it. */
  readonly dimensions?: number
  /** A file of JSON that the model begins with, and is written to after every batch. */
  readonly model?: string
}

/** Return what `FEATURE_FLAGS` and `CLASSIFIER_FLAGS` say. */
export function classifierOptionsOf(call: OperatorCall): {
  readonly features: FeatureKind
  readonly bits: number
  readonly dimensions?: number
  readonly tellsProbability: boolean
} {
  const bits = call.number('bits')
  const name = stageOf(call)
  if (bits < 1 || bits > 28) throw call.refuse(`${name}: --bits expects 1 to 28, and got ${bits}`)
  const dimensions = call.value('dimensions') as number | undefined
  const features = call.string('features') as FeatureKind
  if (features === 'words' && dimensions !== undefined)
    throw call.refuse(`${name}: --dimensions is of numbers, and words have --bits`)
  return {
    features,
    bits,
    ...(dimensions === undefined ? {} : { dimensions }),
    tellsProbability: call.value('give') === 'probabilities',
  }
}
