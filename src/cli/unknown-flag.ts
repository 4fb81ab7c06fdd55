import type { FlagRecord } from '../engine/plan/record.ts'
import { type RegisteredRecord, records } from '../engine/registry.ts'
import { didYouMean, WordError } from './usage.ts'

/** Return the error of a flag that nobody knows at its place: the nearest one, or whose flag it is. */
export async function unknownFlag(
  head: string,
  index: number,
  record: RegisteredRecord | undefined,
  known: readonly FlagRecord[],
): Promise<WordError> {
  const hint = await didYouMean(
    head,
    known.map(({ name }) => `--${name}`),
  )
  const who = record === undefined ? 'the context' : record.name
  const elsewhere = records.find(
    ({ internal, flags }) => internal !== true && flags.some(({ name }) => head === `--${name}`),
  )
  const other = elsewhere === undefined ? undefined : `${head} is a flag of ${elsewhere.name}.`
  return new WordError(index, `${who} has no flag ${head}`, hint ?? other)
}
