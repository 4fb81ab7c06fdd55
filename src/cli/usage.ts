import { UsageError } from '../engine/plan/errors.ts'
import { redact } from '../engine/plan/redact.ts'

/** A usage error at a word of the command line. */
export class WordError extends UsageError {
  /** Index of the word in argv; argv.length points behind the last one. */
  readonly index: number

  constructor(index: number, message: string, hint?: string) {
    super(message, hint)
    this.index = index
  }
}

/** Return a word as it would have to be typed in a shell, for people: without a password. */
export function quoteWord(word: string): string {
  const shown = redact(word)
  if (/^[\w@%+=:,./[\]-]+$/.test(word)) return shown
  return `'${shown.replaceAll("'", "'\\''")}'`
}

/** Characters of a word in an error: more would push the rest of it out of sight. */
const LONGEST_SHOWN = 100

/** Return a word as an error names it: as `quoteWord`, and no longer than a line. */
export function shownWord(word: string): string {
  const isLong = word.length > LONGEST_SHOWN
  return quoteWord(isLong ? `${redact(word).slice(0, LONGEST_SHOWN).toWellFormed()}…` : word)
}

/**
 * Return the chain with a caret under the word at `index`, cut to `width` columns around it.
 */
export function showCaret(argv: readonly string[], index: number, width: number): string {
  const words = ['dstream', ...argv.map(quoteWord)]
  const before = words.slice(0, index + 1).join(' ').length + 1
  const line = words.join(' ').replace(/[^\P{C}]/gu, '?')
  const length = Math.max(1, (words[index + 1] ?? '').length)
  const room = Math.max(20, width - 4)
  const start = before + length <= room ? 0 : Math.max(0, before - Math.floor(room / 2))
  const shown = line.slice(start, start + room)
  const caret = `${' '.repeat(before - start)}${'^'.repeat(Math.min(length, Math.max(1, room - (before - start))))}`
  return `  ${start > 0 ? `…${shown.slice(1)}` : shown}\n  ${caret}`
}

/** Return `Did you mean x?` for the name nearest to a misspelt word; undefined when none is near. */
export async function didYouMean(word: string, names: readonly string[]): Promise<string | undefined> {
  const { nearestName } = await import('./nearest-name.ts')
  const name = nearestName(word, names)
  return name === undefined ? undefined : `Did you mean ${quoteWord(name)}?`
}
