import { pairOfLine } from '../../functions/pairs.ts'
import type { Pair } from './partition.ts'

/** True for an element that is a pair: an array of two items. */
export function isPair(element: unknown): element is Pair {
  return Array.isArray(element) && element.length === 2
}

/**
 * Return an element as a pair, design.md §2: a pair is itself; a line of text `key<TAB>value` is that pair, its value a
 * number where it reads as one; anything else is `(element, 1)`.
 *
 * @param lines whether the stream is lines of text, where a tab means a pair.
 */
export function pairOf(element: unknown, lines: boolean): Pair {
  if (isPair(element)) return element
  if (lines && typeof element === 'string') {
    const pair = pairOfLine(element)
    if (pair !== undefined) return pair
  }
  return [element, 1]
}
