const WHITE = new Set([' ', '\t', '\n', '\r'])
const LITERAL = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y

/** The offset after the string that begins at `start`, or, negative, -1 minus the offset of its fault. */
function endOfString(text: string, start: number): number {
  let at = start + 1
  while (at < text.length) {
    if (text[at] === '"') return at + 1
    if (text.charCodeAt(at) < 0x20) return -1 - at
    if (text[at] === '\\') {
      ESCAPE.lastIndex = at
      if (!ESCAPE.test(text)) return -1 - at
      at = ESCAPE.lastIndex
    } else at++
  }
  return -1 - at
}

/** What the grammar of RFC 8259 allows next. */
type Wanted = 'value' | 'value or ]' | 'key' | 'key or }' | ':' | ', or end'

/**
 * Return the offset of the first character at which a text ceases to be JSON (its length, if more must follow), or
 * undefined for JSON.
 *
 * `JSON.parse` says where only in some of its messages and in some versions of Node; this runs after it has failed.
 * A loop with a stack of its own, because hostile input nests deeper than calls may.
 */
export function findJsonFault(text: string): number | undefined {
  const open: string[] = []
  let wanted: Wanted = 'value'
  let at = 0
  for (;;) {
    while (WHITE.has(text[at] ?? '')) at++
    const character = text[at]
    if (character === undefined) return wanted === ', or end' && open.length === 0 ? undefined : at
    const atKey: boolean = wanted === 'key' || wanted === 'key or }'
    if (wanted === ':') {
      if (character !== ':') return at
      wanted = 'value'
      at++
    } else if (wanted === ', or end') {
      const inside = open.at(-1)
      if (inside !== undefined && character === ',') wanted = inside === '{' ? 'key' : 'value'
      else if (inside !== undefined && character === (inside === '{' ? '}' : ']')) open.pop()
      else return at
      at++
    } else if (
      (wanted === 'value or ]' && character === ']') ||
      (wanted === 'key or }' && character === '}')
    ) {
      open.pop()
      wanted = ', or end'
      at++
    } else if (character === '"') {
      at = endOfString(text, at)
      if (at < 0) return -1 - at
      wanted = atKey ? ':' : ', or end'
    } else if (atKey) {
      return at
    } else if (character === '{' || character === '[') {
      open.push(character)
      wanted = character === '{' ? 'key or }' : 'value or ]'
      at++
    } else {
      LITERAL.lastIndex = at
      if (!LITERAL.test(text)) return at
      at = LITERAL.lastIndex
      wanted = ', or end'
    }
  }
}
