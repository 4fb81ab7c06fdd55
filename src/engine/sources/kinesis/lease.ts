import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { Position } from './positions.ts'

/** Who reads a shard, and up to where it has been read: an item of the table, with the names of Amazon's own library. */
export interface Lease {
  /** The shard: `leaseKey`. */
  readonly shard: string
  /** `leaseOwner`; undefined where nobody has it. */
  readonly owner: string | undefined
  /** `leaseCounter`: counts on while the owner lives. */
  readonly counter: number
  readonly checkpoint: Position
  /** The process that is to have it next, once the owner has let go. */
  readonly wanted: string | undefined
  readonly parents: readonly string[]
}

/** Return a value as the table holds it. */
export function attribute(value: string | number): AttributeValue {
  return typeof value === 'number' ? { N: String(value) } : { S: value }
}

/** Return the lease of an item. */
export function leaseOf(item: Record<string, AttributeValue>): Lease {
  return {
    shard: item.leaseKey?.S ?? '',
    owner: item.leaseOwner?.S,
    counter: Number(item.leaseCounter?.N ?? 0),
    checkpoint: item.checkpoint?.S ?? '',
    wanted: item.wantedBy?.S,
    parents: item.parentShardId?.SS ?? [],
  }
}
