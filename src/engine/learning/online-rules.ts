import { addTo, dot, type Features, logistic } from './features.ts'

/** Weights in places, and how they are changed by one point. */
export interface OnlineRule {
  /** Return the sum of the products of features and weights. */
  margin(features: Features): number
  /** Learn from a point whose class is 1 or -1. */
  learn(features: Features, side: 1 | -1): void
  /** Return what is kept of each place, by the name of it. */
  columns(): Readonly<Record<string, Float64Array>>
  /** Return the weight of a place. */
  weight(place: number): number
}

/** Which rule, by the name of its algorithm. */
export type RuleName = 'ftrl' | 'passive-aggressive' | 'perceptron'

/** What rules are set by. */
export interface RuleOptions {
  /** Of the passive-aggressive rule: how far one point may move the weights. */
  readonly aggressiveness: number
  /** Of FTRL: how fast weights move. */
  readonly alpha: number
  readonly beta: number
  readonly l1: number
  readonly l2: number
}

/** Return a rule with all weights 0. */
export function onlineRule(name: RuleName, size: number, options: RuleOptions): OnlineRule {
  if (name === 'ftrl') return new FollowTheRegularisedLeader(size, options)
  return new Corrections(size, name === 'perceptron' ? perceptron : passiveAggressive(options.aggressiveness))
}

/** Return by how much of the point the weights move. */
type Correction = (margin: number, features: Features) => number

/** The perceptron of Rosenblatt, 1958: the whole point, where it was told wrong. */
const perceptron: Correction = (margin) => (margin <= 0 ? 1 : 0)

/** PA-I of Crammer et al., 2006: as far as a margin of 1 needs, and `aggressiveness` at most. */
function passiveAggressive(aggressiveness: number): Correction {
  return (margin, { values }) => {
    const loss = Math.max(0, 1 - margin)
    const square = values.reduce((sum, value) => sum + value * value, 0)
    return loss === 0 || square === 0 ? 0 : Math.min(aggressiveness, loss / square)
  }
}

/** Rules that add a part of the point itself to the weights. */
class Corrections implements OnlineRule {
  readonly #weights: Float64Array
  readonly #correction: Correction

  constructor(size: number, correction: Correction) {
    this.#weights = new Float64Array(size)
    this.#correction = correction
  }

  margin(features: Features): number {
    return dot(features, this.#weights)
  }

  learn(features: Features, side: 1 | -1): void {
    const step = this.#correction(side * this.margin(features), features)
    if (step !== 0) addTo(this.#weights, features, side * step)
  }

  columns(): Readonly<Record<string, Float64Array>> {
    return { weights: this.#weights }
  }

  weight(place: number): number {
    return this.#weights[place] as number
  }
}

/** FTRL-Proximal with a rate per place, of logistic loss: McMahan et al., Ad Click Prediction, 2013, algorithm 1. */
class FollowTheRegularisedLeader implements OnlineRule {
  readonly #z: Float64Array
  readonly #n: Float64Array
  readonly #alpha: number
  readonly #beta: number
  readonly #l1: number
  readonly #l2: number

  constructor(size: number, { alpha, beta, l1, l2 }: RuleOptions) {
    this.#z = new Float64Array(size)
    this.#n = new Float64Array(size)
    this.#alpha = alpha
    this.#beta = beta
    this.#l1 = l1
    this.#l2 = l2
  }

  weight(place: number): number {
    const z = this.#z[place] as number
    if (Math.abs(z) <= this.#l1) return 0
    const drawn = z > 0 ? z - this.#l1 : z + this.#l1
    return -drawn / ((this.#beta + Math.sqrt(this.#n[place] as number)) / this.#alpha + this.#l2)
  }

  margin({ indices, values }: Features): number {
    let sum = 0
    for (let at = 0; at < values.length; at++)
      sum += (values[at] as number) * this.weight(indices === undefined ? at : (indices[at] as number))
    return sum
  }

  learn(features: Features, side: 1 | -1): void {
    const { indices, values } = features
    const told = logistic(this.margin(features))
    const off = told - (side === 1 ? 1 : 0)
    for (let at = 0; at < values.length; at++) {
      const place = indices === undefined ? at : (indices[at] as number)
      const gradient = off * (values[at] as number)
      const before = this.#n[place] as number
      const after = before + gradient * gradient
      const sigma = (Math.sqrt(after) - Math.sqrt(before)) / this.#alpha
      this.#z[place] = (this.#z[place] as number) + gradient - sigma * this.weight(place)
      this.#n[place] = after
    }
  }

  columns(): Readonly<Record<string, Float64Array>> {
    return { z: this.#z, n: this.#n }
  }
}
