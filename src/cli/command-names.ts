import type { CommandRecord } from '../engine/plan/record.ts'
import { camelCase } from '../engine/stream/streaming-context.ts'

/** Return every name a command answers to: its own, Spark's camelCase, its aliases. */
export function namesOf(record: CommandRecord): string[] {
  const aliases = record.aliases ?? []
  return [...new Set([record.name, camelCase(record.name), ...aliases, ...aliases.map(camelCase)])]
}
