import { dense } from '../../learning/features.ts'
import { KMeans, type TimeUnit } from '../../learning/k-means.ts'
import { randomCenters } from '../../learning/spark-random.ts'
import { UsageError } from '../../plan/errors.ts'
import { StreamingAlgorithm } from './streaming-algorithm.ts'

/** Clusters as they are at one moment (Spark: `StreamingKMeansModel`). */
export interface StreamingKMeansModel {
  readonly clusterCenters: readonly (readonly number[])[]
  /** How many points are behind each, as far as they are not forgotten. */
  readonly clusterWeights: readonly number[]
  /** Return the number of the cluster that a vector is closest to. */
  readonly predict: (vector: readonly number[]) => number
}

/**
 * Clusters of a stream of vectors, which move with it (Spark: `StreamingKMeans`). A batch of m vectors with the mean x moves
 * the centre c of weight w that they are closest to, to c + (x - c) · m / (w·a + m), where a is the decay.
 */
export class StreamingKMeans extends StreamingAlgorithm<readonly number[]> {
  #k: number
  #decay: number
  #timeUnit: TimeUnit
  #centers: readonly (readonly number[])[] | undefined
  #weights: readonly number[] = []

  /**
   * @param k how many clusters.
   * @param decayFactor 1 forgets nothing, 0 all but the last batch.
   * @param timeUnit what the decay counts.
   */
  constructor(k = 2, decayFactor = 1, timeUnit: TimeUnit = 'batches') {
    super()
    this.#k = k
    this.#decay = decayFactor
    this.#timeUnit = timeUnit
  }

  /** Set how many clusters there are, at least 1. */
  setK(k: number): this {
    this.checkUnused()
    if (!Number.isSafeInteger(k) || k < 1)
      throw new UsageError(`Number of clusters must be positive but got ${k}`)
    this.#k = k
    return this
  }

  /** Set what is left of the past at each batch, from 0 to 1. */
  setDecayFactor(decayFactor: number): this {
    this.checkUnused()
    if (!(decayFactor >= 0)) throw new UsageError(`Decay factor must be nonnegative but got ${decayFactor}`)
    this.#decay = decayFactor
    return this
  }

  /** Set after how many batches, or points, half of the past is left. */
  setHalfLife(halfLife: number, timeUnit: TimeUnit): this {
    this.checkUnused()
    if (!(halfLife > 0)) throw new UsageError(`Half life must be positive but got ${halfLife}`)
    this.#decay = Math.exp(Math.log(0.5) / halfLife)
    this.#timeUnit = timeUnit
    return this
  }

  /** Set where the clusters are at first, and how many points each of them weighs. */
  setInitialCenters(centers: readonly (readonly number[])[], weights: readonly number[]): this {
    this.checkUnused()
    if (centers.length !== weights.length)
      throw new UsageError('Number of initial centers must be equal to number of weights')
    if (centers.length !== this.#k)
      throw new UsageError(`Number of initial centers must be ${this.#k} but got ${centers.length}`)
    this.#centers = centers
    this.#weights = weights
    return this
  }

  /** Set centres at random, the same ones as in Spark: numbers with the mean 0 and the deviation 1. */
  setRandomCenters(dim: number, weight: number, seed = Math.floor(Math.random() * 2 ** 31)): this {
    if (!Number.isSafeInteger(dim) || dim < 1)
      throw new UsageError(`Number of dimensions must be positive but got ${dim}`)
    const weights = Array.from({ length: this.#k }, () => weight)
    return this.setInitialCenters(randomCenters(this.#k, dim, seed), weights)
  }

  /** Return the clusters as they are now. */
  latestModel(): StreamingKMeansModel {
    const { centers, weights, predict } = frozen(this.learner as KMeans)
    return { clusterCenters: centers, clusterWeights: weights, predict }
  }

  protected make(): KMeans {
    if (this.#centers === undefined)
      throw new UsageError('Initial cluster centers must be set before starting predictions or training')
    return new KMeans({
      k: this.#k,
      decay: this.#decay,
      timeUnit: this.#timeUnit,
      centers: this.#centers,
      weights: this.#weights,
    })
  }
}

function frozen({ centers, weights }: KMeans): Pick<KMeans, 'centers' | 'weights'> & {
  readonly predict: (vector: readonly number[]) => number
} {
  const copy = new KMeans({ k: centers.length, decay: 1, timeUnit: 'batches', centers, weights })
  return { centers, weights, predict: (vector) => copy.predict(dense(vector)) }
}
