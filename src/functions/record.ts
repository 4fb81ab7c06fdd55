import type { Aggregator } from './aggregator.ts'
import type { PairSteps, Step } from './steps.ts'

/** Where a function can stand: before one element, as a test, before one element giving many, or over many values. */
export type FunctionRole = 'map' | 'filter' | 'flatmap' | 'reduce'

/** What a built-in function takes after the colon of `name:parameter`. */
export interface ParameterRecord {
  readonly name: string
  readonly summary: string
  readonly required: boolean
}

/**
 * A built-in function: plain data from which the parser, `dstream functions`, the reference page, the shell
 * completion and the tests are made.
 */
export interface FunctionRecord {
  /** Lower case words joined by hyphens. */
  readonly name: string
  readonly aliases?: readonly string[]
  /** One sentence, imperative, with a full stop. */
  readonly summary: string
  readonly parameter?: ParameterRecord
  readonly roles: readonly FunctionRole[]
  /** Calls as they stand on the command line, tried by one test: `in` is the element (for reduce: the values). */
  readonly examples: readonly { readonly call: string; readonly in: unknown; readonly out: unknown }[]
  /** For the roles map, filter and flatmap: make the function of one element. Throws a RangeError on a bad parameter. */
  readonly mapper?: (parameter: string | undefined) => (element: unknown) => unknown
  /**
   * The same for text, in the words of kernels: what a test, a map or a flatmap by this function does to an element.
   * Undefined for a parameter or a role that none of them can.
   */
  readonly steps?: (parameter: string | undefined, role: FunctionRole) => readonly Step[] | undefined
  /** Where JSON text has the key and the value of the pair that a map by this function makes of it. */
  readonly pairSteps?: (parameter: string | undefined) => PairSteps | undefined
  /** Loads the library that the function needs; awaited before it is called. */
  readonly load?: () => Promise<void>
  /** For the role reduce: make the aggregator. Throws a RangeError on a bad parameter. */
  readonly aggregator?: (parameter: string | undefined) => Aggregator
}
