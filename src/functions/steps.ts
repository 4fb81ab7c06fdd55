/** How two numbers are compared. */
export type Comparison = '<' | '<=' | '>' | '>=' | '===' | '!=='

/**
 * What a function does to one value, in the few words that kernels know: a function that is a list of steps can run on
 * bytes. A step is a promise about every value: a kernel that meets one which it cannot do exactly asks the function
 * itself, with the element that came before the first step. Values are text unless said: a step that takes text and meets
 * none, as behind `json-path` or `part`, is such a case. A test keeps or drops its value.
 */
export type Step =
  /** Text into its parts between a literal, not empty separator: as Java's `split` (`drop`) or JavaScript's (`keep`) treat empty parts at the end. */
  | { readonly step: 'split'; readonly separator: string; readonly trailing: 'drop' | 'keep' }
  /** Text into runs of bytes that are none of ASCII's six of white space. */
  | { readonly step: 'words' }
  /** Tests of text against a literal one, as JavaScript's includes, startsWith, endsWith and ===. */
  | {
      readonly step: 'contains' | 'starts-with' | 'ends-with' | 'equals'
      readonly text: string
      readonly negated?: true
    }
  /** A test of the length of text, in UTF-16 units or in code points. */
  | {
      readonly step: 'length'
      readonly unit: 'utf-16' | 'code-point'
      readonly comparison: Comparison
      readonly than: number
    }
  /** As JavaScript's toLowerCase, toUpperCase and trim. */
  | { readonly step: 'lower' | 'upper' | 'trim' }
  /** The part at an index from 0 between a literal separator, as `text.split(separator)[index]`. */
  | { readonly step: 'part'; readonly separator: string; readonly index: number }
  /** The N-th word from 1, 0 for the whole text, null past the end: awk's `$N`. */
  | { readonly step: 'word'; readonly index: number }
  /**
   * The value at a path into JSON text: keys, and indexes where a key is one. With null for `missing`, as `field` gives it.
   * With undefined, as `.a.b` and `?.a?.b` both give it: undefined where an object has no such last key, or a list no such
   * last index. What is no JSON, or where a key is read of what is no object, an index of what is no object and no list,
   * is left to the function: it may throw there, or read the length of a text.
   */
  | {
      readonly step: 'json-path'
      readonly path: readonly string[]
      readonly missing: null | undefined
    }
  /** The field of a name in logfmt text, as `logfmt` and then `field` give it. */
  | { readonly step: 'logfmt-field'; readonly name: string }
  /** The field at an index from 0 of csv text with quotes, as `csv:SEP` and then `field` give it; tsv likewise without. */
  | { readonly step: 'csv-field' | 'tsv-field'; readonly index: number; readonly separator: string }
  /** Any value into a pair of it and a number. */
  | { readonly step: 'pair-with'; readonly value: number }

/** A pair out of one text: what gives its key, and what gives its value. */
export interface PairSteps {
  readonly key: Step
  readonly value: Step
}

/** What is known of a function by looking at it. */
export interface Analysis {
  /** The function as steps; undefined where it is more than kernels know. */
  readonly steps?: readonly Step[]
  /**
   * For a reducer: what it does to two numbers. `min` and `max` say nothing of NaN, nor of zeros of two signs: functions
   * that are called so differ there, and must be asked. What it does to other values only the function knows.
   */
  readonly reducer?: 'plus' | 'min' | 'max' | 'first' | 'last'
  /** The result depends on the argument alone, and nothing else is changed: equal values need one call. */
  readonly pure: boolean
  /** Where there are no steps or it is not pure: why, as the end of a sentence that starts with "because". */
  readonly reason?: string
}
