// Nothing is read beyond what a terminal could show: values may be megabytes long, deep, circular or endless.
const LONGEST = 8192
const DEEPEST = 32

/** Return any value as compact JSON, as far as it is ever shown: also what `JSON.stringify` leaves out or refuses. */
export function jsonText(value: unknown): string {
  let text = ''
  for (const token of tokens(value, [])) {
    text += token
    if (text.length > LONGEST) break
  }
  return shortened(text)
}

/** Return a text, cut with `…` where it is longer than any terminal shows. */
export function shortened(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`
}

function* tokens(value: unknown, parents: readonly object[]): Generator<string> {
  if (typeof value !== 'object' || value === null) yield scalarText(value)
  else if (parents.includes(value) || parents.length === DEEPEST) yield '…'
  else if (value instanceof Date) yield Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString()
  else if (value instanceof Error || value instanceof RegExp) yield String(value)
  else if (value instanceof Map) yield* list(value, '{}', (entry) => entryTokens(entry, [...parents, value]))
  else if (isList(value)) yield* list(value, '[]', (item) => tokens(item, [...parents, value]))
  else {
    const fields = Object.keys(value).map(
      (key) => [key, (value as Readonly<Record<string, unknown>>)[key]] as const,
    )
    yield* list(fields, '{}', (field) => entryTokens(field, [...parents, value]))
  }
}

function* list<T>(
  items: Iterable<T>,
  brackets: '[]' | '{}',
  write: (item: T) => Iterable<string>,
): Generator<string> {
  let before = brackets.slice(0, 1)
  for (const item of items) {
    yield before
    yield* write(item)
    before = ','
  }
  yield before === ',' ? brackets.slice(1) : brackets
}

function* entryTokens(
  [key, value]: readonly [unknown, unknown],
  parents: readonly object[],
): Generator<string> {
  yield* tokens(key, parents)
  yield ':'
  yield* tokens(value, parents)
}

function isList(value: object): value is Iterable<unknown> & object {
  return (
    Array.isArray(value) ||
    value instanceof Set ||
    (ArrayBuffer.isView(value) && !(value instanceof DataView))
  )
}

function scalarText(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, LONGEST))
  if (typeof value === 'function') return value.name === '' ? 'function' : `function ${value.name}`
  return String(value)
}
