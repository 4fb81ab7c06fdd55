import type { RegisteredRecord } from '../engine/registry.ts'

/** Return the examples that the help of a command shows: those of its record, as whole command lines. */
export function commandExamples(record: RegisteredRecord): string[] {
  if (record.category !== 'operator') return []
  return record.examples
    .filter(({ chain }) => !chain.includes('[ with ]'))
    .map(({ chain }) => `<%= config.bin %> ${chain.replaceAll('<', '\\<')}`)
}
