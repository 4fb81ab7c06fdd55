import { isPair } from '../../batch/pair.ts'
import type { PrintedBatch } from '../record.ts'
import { jsonText } from './encoder.ts'
import { javaNumber } from './java-number.ts'

const RULE = '-------------------------------------------'

/** Return a batch as Spark's `DStream.print` writes it, byte for byte, empty batches too. */
export function formatSpark(batch: PrintedBatch): string {
  const lines = batch.elements.map(sparkText)
  if (batch.total > batch.elements.length) lines.push('...')
  return [RULE, `Time: ${batch.time} ms`, RULE, ...lines, '', ''].join('\n')
}

/** Return an element as Scala's `toString` shows it: pairs as `(k,v)`, null as `null`, whole numbers without a point. */
export function sparkText(element: unknown): string {
  if (isPair(element)) return `(${sparkText(element[0])},${sparkText(element[1])})`
  if (Array.isArray(element)) return `List(${element.map(sparkText).join(', ')})`
  if (element === null || element === undefined) return 'null'
  if (typeof element === 'number') return javaNumber(element)
  return typeof element === 'object' ? jsonText(element) : String(element)
}
