import { readFileSync, statSync } from 'node:fs'
import { reasonOf } from '../sources/reading/errors.ts'
import { HoeffdingTree } from './hoeffding-tree.ts'
import { KMeans } from './k-means.ts'
import type { Learner, Point } from './learner.ts'
import { LinearModel, type LinearOptions } from './linear.ts'
import { NaiveBayes } from './naive-bayes.ts'
import { OnlineClassifier } from './online-classifier.ts'

/** A model of which it is not known what its points are. */
export type AnyLearner = Learner<Point>

const KINDS: Readonly<Record<string, () => AnyLearner>> = {
  'k-means': () => new KMeans({ k: 0, decay: 1, timeUnit: 'batches' }),
  'hoeffding-tree': () =>
    new HoeffdingTree({
      gracePeriod: 200,
      delta: 1e-7,
      tieThreshold: 0.05,
      leafPrediction: 'adaptive',
      maxLeaves: 1,
    }),
  'naive-bayes': () =>
    new NaiveBayes({
      distribution: 'multinomial',
      smoothing: 1,
      features: 'numbers',
      bits: 18,
      tellsProbability: false,
    }),
  'online-classifier': () =>
    new OnlineClassifier({
      algorithm: 'ftrl',
      positive: 1,
      features: 'numbers',
      bits: 18,
      hasIntercept: true,
      tellsProbability: false,
      aggressiveness: 1,
      alpha: 1,
      beta: 1,
      l1: 0,
      l2: 0,
    }),
  'linear-regression': () => linear('linear'),
  'logistic-regression': () => linear('logistic'),
}

/** A model in a file, as `--model` writes it. */
export class ModelFile {
  readonly #path: string
  #model: AnyLearner | undefined
  /** When and how large the file was that the model is of. */
  #version = ''

  constructor(path: string) {
    this.#path = path
  }

  /** Return the model as the file has it now. Throws a TypeError where there is none, or none that is known. */
  read(): AnyLearner {
    try {
      const { mtimeMs, size, ino } = statSync(this.#path)
      const version = `${mtimeMs} ${size} ${ino}`
      if (this.#model === undefined || version !== this.#version)
        this.#model = modelOf(JSON.parse(readFileSync(this.#path, 'utf8')))
      this.#version = version
      return this.#model
    } catch (error) {
      throw new TypeError(`${this.#path}: ${reasonOf(error)}`)
    }
  }
}

function modelOf(json: unknown): AnyLearner {
  const { model: name } = (typeof json === 'object' && json !== null ? json : {}) as { model?: unknown }
  const make = typeof name === 'string' && Object.hasOwn(KINDS, name) ? KINDS[name] : undefined
  if (make === undefined)
    throw new TypeError(
      `expected a model of ${Object.keys(KINDS).join(', ')}, got ${JSON.stringify(name ?? null)}`,
    )
  const model = make()
  model.load(json)
  if (!model.isReady) throw new TypeError('the model has not learned anything')
  return model
}

function linear(kind: LinearOptions['kind']): LinearModel {
  return new LinearModel({
    kind,
    stepSize: 0.1,
    numIterations: 0,
    miniBatchFraction: 1,
    convergenceTolerance: 0,
    regParam: 0,
    penalty: 'l2',
  })
}
