import { isPair } from '../../batch/pair.ts'
import type { PrintedBatch } from '../record.ts'
import { jsonText } from './encoder.ts'
import { javaNumber } from './java-number.ts'

const RULE = '-------------------------------------------'

/** Return a batch as Spark's `DStream.print` writes it, byte for byte, empty batches too. */
export function formatSpark(batch: PrintedBatch): string {
  const { absent } = batch
  const lines = batch.elements.map(absent === undefined ? sparkText : (pair) => joinedText(pair, absent))
  if (batch.total > batch.elements.length) lines.push('...')
  return [RULE, `Time: ${batch.time} ms`, RULE, ...lines, '', ''].join('\n')
}

/** Return a pair of an outer join, whose sides are an Option where they may be absent. */
function joinedText(pair: unknown, absent: readonly (0 | 1)[]): string {
  const [key, sides] = pair as readonly [unknown, readonly unknown[]]
  const texts = sides.map((side, index) => {
    if (!absent.includes(index as 0 | 1)) return sparkText(side)
    return side === null ? 'None' : `Some(${sparkText(side)})`
  })
  return `(${sparkText(key)},(${texts.join(',')}))`
}

/** Return an element as Scala's `toString` shows it: pairs as `(k,v)`, null as `null`, whole numbers without a point. */
export function sparkText(element: unknown): string {
  if (isPair(element)) return `(${sparkText(element[0])},${sparkText(element[1])})`
  if (Array.isArray(element)) return `List(${element.map(sparkText).join(', ')})`
  if (element === null || element === undefined) return 'null'
  if (typeof element === 'number') return javaNumber(element)
  return typeof element === 'object' ? jsonText(element) : String(element)
}
