import { dense } from '../../learning/features.ts'
import type { FeatureLearner } from '../../learning/learner.ts'
import { trainOn } from '../../operators/train-on.ts'
import { UsageError } from '../../plan/errors.ts'
import { DStream } from '../dstream.ts'
import type { LabeledPoint } from './vectors.ts'

/** What the streaming models have in common (Spark: `StreamingLinearAlgorithm`, `StreamingKMeans`). */
export abstract class StreamingAlgorithm<Point extends LabeledPoint | readonly number[]> {
  #learner: FeatureLearner | undefined

  /** Make the model of what was set. Throws UsageError where something is missing. */
  protected abstract make(): FeatureLearner

  /** What is set counts from the next use on; a model that is in use is not changed by it. */
  protected get learner(): FeatureLearner {
    this.#learner ??= this.make()
    return this.#learner
  }

  protected checkUnused(): void {
    if (this.#learner !== undefined)
      throw new UsageError('the model is in use: what is set comes before trainOn and predictOn')
  }

  /**
   * Let the model learn from every batch of a stream. This is an output operation. With a checkpoint, what was learned is
   * kept.
   *
   * @throws StageError for points of another number of features, or that are no finite numbers: it ends the context.
   */
  trainOn(data: DStream<Point>): void {
    const { context } = data
    const node = context.append(trainOn, [data.node], [this.learner])
    new DStream<never>(context, node).foreachRDD(() => {})
  }

  /** Return a new DStream of what the latest model says of each vector; of a batch that it learns from, after learning it. */
  predictOn(data: DStream<readonly number[]>): DStream<number> {
    const { learner } = this
    return data.transform((rdd) => rdd.map((vector) => learner.predict(dense(vector))))
  }

  /** Return a new DStream of each key with what the latest model says of its vector. */
  predictOnValues<K>(data: DStream<readonly [K, readonly number[]]>): DStream<[K, number]> {
    const { learner } = this
    return data.transform((rdd) =>
      rdd.map(([key, vector]): [K, number] => [key, learner.predict(dense(vector))]),
    )
  }
}
