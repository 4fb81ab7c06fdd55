import type { OperatorRecord } from './operators/record.ts'
import { operators } from './operators/registry.ts'
import type { OutputRecord } from './outputs/record.ts'
import { outputs } from './outputs/registry.ts'
import { UsageError } from './plan/errors.ts'
import type { PlanNode } from './plan/plan.ts'
import type { SourceRecord } from './sources/record.ts'
import { sources } from './sources/registry.ts'

/** A record of any category. */
export type RegisteredRecord = SourceRecord | OperatorRecord | OutputRecord

/** Every record: sources, operators, outputs; each list in the order of its names. */
export const records: readonly RegisteredRecord[] = [...sources, ...operators, ...outputs]

const byName = new Map<string, RegisteredRecord>(
  records.map((record) => [`${record.category} ${record.name}`, record]),
)

/** Return the record of a category by its name. Throws UsageError when there is none. */
export function findRecord(category: RegisteredRecord['category'], name: string): RegisteredRecord {
  const record = byName.get(`${category} ${name}`)
  if (record === undefined) throw new UsageError(`there is no ${category} '${name}'`)
  return record
}

/** Return the record of a node; that of a source with the elements that its flags ask for. Throws as `findRecord`. */
export function recordOfNode(node: PlanNode): RegisteredRecord {
  const record = findRecord(node.category, node.command)
  if (record.category !== 'source' || record.elementsWith === undefined) return record
  return { ...record, elements: record.elementsWith(node.values) }
}
