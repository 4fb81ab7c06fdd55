import type { Pair } from './partition.ts'

const NUMBER = /^-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/

/** Return a number where the text reads as one, else the text itself. */
export function numberOrText(text: string): string | number {
  return NUMBER.test(text) ? Number(text) : text
}

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
    const tab = element.indexOf('\t')
    if (tab >= 0) return [element.slice(0, tab), numberOrText(element.slice(tab + 1))]
  }
  return [element, 1]
}
