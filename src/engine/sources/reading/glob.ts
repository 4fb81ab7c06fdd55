/**
 * Return the test of a shell pattern against one name: `*`, `?`, `[a-z]`, `[!a-z]`, `{a,b}` and `\` before a character
 * that stands for itself. As in a shell, a name that starts with a dot is matched only by a pattern that does.
 */
export function globTest(pattern: string): (name: string) => boolean {
  let source = pattern.startsWith('.') ? '' : '(?!\\.)'
  let braces = 0
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern[index] as string
    const close = character === '[' ? pattern.indexOf(']', index + 2) : -1
    if (character === '*') source += '.*'
    else if (character === '?') source += '.'
    else if (close > 0) {
      const set = pattern.slice(index + 1, close).replace(/[\\\][]/g, '\\$&')
      source += `[${/^[!^]/.test(set) ? `^${set.slice(1)}` : set}]`
      index = close
    } else if (character === '{' && pattern.includes('}', index)) {
      source += '(?:'
      braces++
    } else if (character === '}' && braces > 0) {
      source += ')'
      braces--
    } else if (character === ',' && braces > 0) source += '|'
    else source += literal(character === '\\' ? (pattern[++index] ?? '\\') : character)
  }
  const expression = new RegExp(`^${source}${')'.repeat(braces)}$`, 'su')
  return (name) => expression.test(name)
}

/** True when a word holds a character that is special in a shell pattern. */
export function isGlob(word: string): boolean {
  return /[*?[{]/.test(word)
}

const literal = (character: string): string => character.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
