import { expected, requireParameter, shown } from './check.ts'
import { parseJson } from './json.ts'
import type { FunctionRecord } from './record.ts'
import type { Step } from './steps.ts'

/** One step of a path: a key of an object, and what it is as an index of an array (-1 for none). */
interface PathStep {
  readonly key: string
  readonly index: number
}

/** `a.b`, `a.0`, `a[0]`, `[0]`; a backslash takes the next character as it is. */
function parsePath(name: string, path: string): readonly PathStep[] {
  const steps: PathStep[] = []
  const step = /\[(\d+)\]|\.?((?:\\.|[^.[\\])+)/sy
  while (step.lastIndex < path.length) {
    const found = step.exec(path)
    if (found === null) {
      throw new RangeError(`${name} expects a path like host, user.name or items.0, got ${shown(path)}`)
    }
    const key = found[1] ?? (found[2] ?? '').replace(/\\(.)/gs, '$1')
    steps.push({ key, index: /^\d+$/.test(key) ? Number(key) : -1 })
  }
  return steps
}

/** Own properties and array items only: what a prototype holds is no data. */
function readStep(value: unknown, { key, index }: PathStep): unknown {
  if (typeof value !== 'object' || value === null) return null
  if (Array.isArray(value)) return index >= 0 && index < value.length ? (value[index] ?? null) : null
  return Object.hasOwn(value, key) ? ((value as Readonly<Record<string, unknown>>)[key] ?? null) : null
}

/** Whether a UTF-16 unit is white space as `words` knows it. */
function isWhite(unit: number): boolean {
  return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d)
}

/** The N-th word of a line from 1, the whole line for 0, null past the end: awk's `$N`. */
function awkField(text: string, position: number): string | null {
  if (position === 0) return text
  let at = 0
  for (let nth = 1; ; nth++) {
    while (at < text.length && isWhite(text.charCodeAt(at))) at++
    if (at === text.length) return null
    const start = at
    while (at < text.length && !isWhite(text.charCodeAt(at))) at++
    if (nth === position) return text.slice(start, at)
  }
}

/** Return what an element's fields are read from: a text line is JSON, all else is itself. */
export function recordOf(name: string, element: unknown): unknown {
  const record = typeof element === 'string' ? parseJson(name, element) : element
  // null has no fields, as a missing one has none: `field:a` after `field:b` need not guard.
  if (typeof record !== 'object') throw expected(name, 'an object, an array or a JSON line of one', element)
  return record
}

/**
 * Return a function that reads the field at a path; null where there is none.
 *
 * Of a text line a path that is one whole number N takes the N-th word, counted from 1; any other path takes the line
 * as JSON. Of objects and arrays it follows keys and indexes from 0.
 */
export function fieldReader(name: string, path: string): (element: unknown) => unknown {
  const steps = parsePath(name, path)
  const position = /^\d+$/.test(path) ? Number(path) : undefined
  return (element) => {
    if (position !== undefined && typeof element === 'string') return awkField(element, position)
    let value = recordOf(name, element)
    for (const step of steps) value = readStep(value, step)
    return value
  }
}

/** Return the step that reads a path of JSON text as `fieldReader` does. */
export function jsonPathStep(name: string, path: string): Step {
  return { step: 'json-path', path: parsePath(name, path).map(({ key }) => key), missing: null }
}

/** `field`: one field of a record or of a line. */
export const field: FunctionRecord = {
  name: 'field',
  aliases: ['get'],
  summary:
    'Take one field of an object, an array or a JSON line by its path, or the N-th word of a text line.',
  parameter: {
    name: 'PATH',
    summary: 'host, user.name, items.0 or items[0]; for text lines also N',
    required: true,
  },
  roles: ['map', 'filter', 'flatmap'],
  examples: [
    { call: 'field:host', in: { host: 'a' }, out: 'a' },
    { call: 'field:user.name', in: '{"user":{"name":"ann"}}', out: 'ann' },
    { call: 'field:items.0', in: { items: [['x', 'y']] }, out: ['x', 'y'] },
    { call: 'field:items[1].id', in: { items: [{ id: 7 }, { id: 8 }] }, out: 8 },
    { call: 'field:2', in: ' GET  /index.html 200', out: '/index.html' },
    { call: 'field:2', in: ['a', 'b', 'c'], out: 'c' },
    { call: 'field:a\\.b', in: { 'a.b': 1 }, out: 1 },
    { call: 'field:toString', in: { host: 'a' }, out: null },
    { call: 'field:9', in: 'two words', out: null },
  ],
  mapper: (parameter) => fieldReader('field', requireParameter('field', parameter, 'PATH')),
  steps: (parameter, role) => {
    const path = requireParameter('field', parameter, 'PATH')
    if (role !== 'map') return undefined
    if (/^\d+$/.test(path)) return [{ step: 'word', index: Number(path) }]
    return [jsonPathStep('field', path)]
  },
}
