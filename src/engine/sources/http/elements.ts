import { isUtf8 } from 'node:buffer'
import type { SourceError } from '../../plan/errors.ts'
import type { Receiver } from '../record.ts'
import { Refusal } from './refusal.ts'

/** What a body is: lines of text, or lines of JSON that become values. */
export type BodyFormat = 'lines' | 'ndjson'

/** Hand over all elements of a body, or none: throws a Refusal where one of them cannot be. */
export function storeBody(body: Buffer, format: BodyFormat, name: string, receiver: Receiver): void {
  if (format === 'ndjson') {
    const rows = valuesOf(body)
    if (rows.length > 0) receiver.store(rows)
    return
  }
  const input = receiver.open(name)
  try {
    input.write(body)
    input.end()
  } catch (error) {
    if ((error as Error).name !== 'SourceError') throw error
    throw new Refusal(413, (error as SourceError).message)
  }
}

function valuesOf(body: Buffer): unknown[] {
  if (!isUtf8(body)) throw new Refusal(400, 'the body is no UTF-8')
  const rows: unknown[] = []
  for (const [index, line] of body.toString().split('\n').entries()) {
    if (line.trim() === '') continue
    try {
      rows.push(JSON.parse(line))
    } catch {
      throw new Refusal(400, `line ${index + 1} is no JSON; none of the lines is taken`)
    }
  }
  return rows
}
