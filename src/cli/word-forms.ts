import type { ArgumentType } from '../engine/plan/record.ts'

/** True for an argument that is stages in brackets. */
export function takesChain(type: ArgumentType): boolean {
  return type === 'stream' || type === 'branch'
}

/** True for a word that begins like a flag; a negative number, `-` and `--` are none. */
export function isFlag(word: string): boolean {
  return /^--?[a-zA-Z]/.test(word)
}

/** Return what stands before the first separator and what stands behind it; the text alone where there is none. */
export function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator)
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)]
}

/** Return a name with its article. */
export function article(name: string): string {
  return `${/^[aeiou]/.test(name) ? 'an' : 'a'} ${name}`
}
