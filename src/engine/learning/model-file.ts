import { readFileSync, statSync } from 'node:fs'
import { reasonOf } from '../sources/reading/errors.ts'
import { KMeans } from './k-means.ts'
import type { Learner } from './learner.ts'
import { LinearModel, type LinearOptions } from './linear.ts'

const KINDS: Readonly<Record<string, () => Learner>> = {
  'k-means': () => new KMeans({ k: 0, decay: 1, timeUnit: 'batches' }),
  'linear-regression': () => linear('linear'),
  'logistic-regression': () => linear('logistic'),
}

/** A model in a file, as `--model` writes it. */
export class ModelFile {
  readonly #path: string
  #model: Learner | undefined
  /** When and how large the file was that the model is of. */
  #version = ''

  constructor(path: string) {
    this.#path = path
  }

  /** Return the model as the file has it now. Throws a TypeError where there is none, or none that is known. */
  read(): Learner {
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

function modelOf(json: unknown): Learner {
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
