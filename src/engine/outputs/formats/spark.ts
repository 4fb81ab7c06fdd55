import { isPair } from '../../batch/pair.ts'
import type { Shape } from '../../plan/shape.ts'
import { keyShape, valueShape } from '../../plan/shape.ts'
import type { PrintedBatch } from '../record.ts'
import { javaNumber } from './java-number.ts'

const RULE = '-------------------------------------------'

/** Return a batch as Spark's `DStream.print` writes it, byte for byte, empty batches too. */
export function formatSpark(batch: PrintedBatch): string {
  const lines = batch.elements.map((element) => sparkText(element, batch.shape))
  if (batch.total > batch.elements.length) lines.push('...')
  return [RULE, `Time: ${batch.time} ms`, RULE, ...lines, '', ''].join('\n')
}

/**
 * Return an element as Scala's `toString` shows it: pairs as `(k,v)`, lists as `List(a, b)`, records as `Map(k -> v)`,
 * null as `null`, an object of a class as its own `toString`. JavaScript has one type of number: whole numbers up to 2^53
 * are shown as Int and Long are, `3`, all others as Double is, `3.5` and `1.5E-4`.
 *
 * @param shape what Spark would have here, where it is known: a list of two values is no pair then.
 */
export function sparkText(element: unknown, shape?: Shape): string {
  if (shape !== undefined && 'option' in shape)
    return element === null || element === undefined ? 'None' : `Some(${sparkText(element, shape.option)})`
  switch (typeof element) {
    case 'number':
      return javaNumber(element)
    case 'undefined':
      return 'null'
    case 'object':
      return element === null ? 'null' : objectText(element, shape)
    default:
      return String(element)
  }
}

function objectText(element: object, shape: Shape | undefined): string {
  if (Array.isArray(element)) {
    if (shape !== undefined && 'list' in shape)
      return listText(
        shape.list,
        element.map((item) => sparkText(item, shape.of)),
      )
    if (!isPair(element))
      return listText(
        'List',
        element.map((item) => sparkText(item)),
      )
    return `(${sparkText(element[0], keyShape(shape))},${sparkText(element[1], valueShape(shape))})`
  }
  if (element instanceof Date && !Number.isNaN(element.getTime())) return element.toISOString()
  if (element instanceof Map) return mapText([...element])
  if (element instanceof Set)
    return listText(
      'Set',
      Array.from(element, (item) => sparkText(item)),
    )
  if (shape !== undefined && 'row' in shape)
    return `[${Object.values(element)
      .map((value) => sparkText(value))
      .join(',')}]`
  const own: unknown = element.toString
  const isPlain = own === undefined || own === Object.prototype.toString
  return isPlain ? mapText(Object.entries(element)) : String(element)
}

function listText(name: string, items: readonly string[]): string {
  return `${name}(${items.join(', ')})`
}

function mapText(entries: readonly (readonly [unknown, unknown])[]): string {
  return listText(
    'Map',
    entries.map(([key, value]) => `${sparkText(key)} -> ${sparkText(value)}`),
  )
}
