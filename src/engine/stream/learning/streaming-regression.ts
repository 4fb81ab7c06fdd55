import { dense } from '../../learning/features.ts'
import { LinearModel, type LinearOptions } from '../../learning/linear.ts'
import { UsageError } from '../../plan/errors.ts'
import { StreamingAlgorithm } from './streaming-algorithm.ts'
import type { LabeledPoint } from './vectors.ts'

/** Weights as they are at one moment (Spark: `GeneralizedLinearModel`). */
export interface RegressionModel {
  readonly weights: readonly number[]
  /** Always 0, as in Spark: a feature that is 1 has its weight. */
  readonly intercept: 0
  readonly predict: (vector: readonly number[]) => number
}

/** What both regressions have in common: gradient descent that begins at each batch where it ended at the last one. */
abstract class StreamingRegression extends StreamingAlgorithm<LabeledPoint> {
  readonly #kind: LinearOptions['kind']
  #settings: Omit<LinearOptions, 'kind' | 'initialWeights'>
  #weights: readonly number[] | undefined

  constructor(
    kind: LinearOptions['kind'],
    [stepSize, numIterations, miniBatchFraction, regParam]: readonly number[],
  ) {
    super()
    this.#kind = kind
    this.#settings = {
      stepSize: stepSize ?? 0.1,
      numIterations: numIterations ?? 50,
      miniBatchFraction: miniBatchFraction ?? 1,
      convergenceTolerance: 0.001,
      regParam: regParam ?? 0,
      penalty: 'l2',
    }
  }

  /** Set how far a step goes; 0.1 at first. The i-th step of a batch goes its √i-th part. */
  setStepSize(stepSize: number): this {
    return this.#set({ stepSize }, stepSize > 0, `Step size must be positive but got ${stepSize}`)
  }

  /** Set how many steps a batch takes at most; 50 at first. */
  setNumIterations(numIterations: number): this {
    return this.#set(
      { numIterations },
      numIterations >= 0,
      `Number of iterations must be nonnegative but got ${numIterations}`,
    )
  }

  /** Set the part of a batch that a step looks at; 1 at first. */
  setMiniBatchFraction(miniBatchFraction: number): this {
    const isFraction = miniBatchFraction > 0 && miniBatchFraction <= 1
    return this.#set(
      { miniBatchFraction },
      isFraction,
      `Fraction for mini-batch SGD must be in range (0, 1] but got ${miniBatchFraction}`,
    )
  }

  /** Set how strongly weights are drawn to 0; 0 at first. */
  setRegParam(regParam: number): this {
    return this.#set(
      { regParam },
      regParam >= 0,
      `Regularization parameter must be nonnegative but got ${regParam}`,
    )
  }

  /** Set when steps end: where the weights move by less than this part of their length; 0.001 at first. */
  setConvergenceTol(tolerance: number): this {
    const isFraction = tolerance >= 0 && tolerance <= 1
    return this.#set(
      { convergenceTolerance: tolerance },
      isFraction,
      `Convergence tolerance must be in range [0, 1] but got ${tolerance}`,
    )
  }

  /** Set what is left of the past at each batch, which then weighs as many points as it has. Spark has no such thing. */
  setDecayFactor(decay: number): this {
    return this.#set(
      { decay },
      decay >= 0 && decay <= 1,
      `Decay factor must be in range [0, 1] but got ${decay}`,
    )
  }

  /** Set the weights to begin with, one for each feature. */
  setInitialWeights(weights: readonly number[]): this {
    this.checkUnused()
    this.#weights = weights
    return this
  }

  /** Return the weights as they are now. */
  latestModel(): RegressionModel {
    const { weights } = this.learner as LinearModel
    const copy = this.#modelOf(weights)
    return { weights, intercept: 0, predict: (vector) => copy.predict(dense(vector)) }
  }

  protected make(): LinearModel {
    if (this.#weights === undefined)
      throw new UsageError('Model must be initialized before starting training.')
    return this.#modelOf(this.#weights)
  }

  #modelOf(initialWeights: readonly number[]): LinearModel {
    return new LinearModel({ ...this.#settings, kind: this.#kind, initialWeights })
  }

  #set(settings: Partial<Omit<LinearOptions, 'kind'>>, isRight: boolean, message: string): this {
    this.checkUnused()
    if (!isRight) throw new UsageError(message)
    this.#settings = { ...this.#settings, ...settings }
    return this
  }
}

/** A linear model that learns from a stream (Spark: `StreamingLinearRegressionWithSGD`). */
export class StreamingLinearRegressionWithSGD extends StreamingRegression {
  constructor(stepSize?: number, numIterations?: number, miniBatchFraction?: number) {
    super('linear', [stepSize, numIterations, miniBatchFraction] as number[])
  }
}

/** A model that tells 1 from 0, and learns from a stream (Spark: `StreamingLogisticRegressionWithSGD`). */
export class StreamingLogisticRegressionWithSGD extends StreamingRegression {
  constructor(stepSize?: number, numIterations?: number, miniBatchFraction?: number, regParam?: number) {
    super('logistic', [stepSize, numIterations, miniBatchFraction, regParam] as number[])
  }
}
