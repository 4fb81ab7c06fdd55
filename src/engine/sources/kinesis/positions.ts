/**
 * Where a shard is read on, as a text: a sequence number, behind which it is; `AT:` and a sequence number, from which on;
 * `AT_TIMESTAMP:` and milliseconds; or one of Kinesis' own words.
 */
export type Position = string

/** Nothing of the shard is left. */
export const SHARD_END = 'SHARD_END'

/** From the oldest record on. */
export const TRIM_HORIZON = 'TRIM_HORIZON'

/** From what comes next on. */
export const LATEST = 'LATEST'

const AT = 'AT:'
const AT_TIMESTAMP = 'AT_TIMESTAMP:'

/** Return the position of a record itself. */
export function atRecord(sequenceNumber: string): Position {
  return AT + sequenceNumber
}

/** Return the position of the first record that came at `time` or later. */
export function atTime(time: number): Position {
  return AT_TIMESTAMP + time
}

/** True where the position is behind a record. */
export function isSequence(position: Position): boolean {
  return /^\d+$/.test(position)
}

/** True where records of the shard have come: the position is at one, or behind one. */
export function isRead(position: Position): boolean {
  return isSequence(position) || position.startsWith(AT)
}

/** What Kinesis is asked with for an iterator. */
export interface IteratorStart {
  readonly ShardIteratorType:
    | 'TRIM_HORIZON'
    | 'LATEST'
    | 'AT_TIMESTAMP'
    | 'AT_SEQUENCE_NUMBER'
    | 'AFTER_SEQUENCE_NUMBER'
  readonly StartingSequenceNumber?: string
  readonly Timestamp?: Date
}

/** Return how Kinesis names a position. */
export function iteratorStart(position: Position): IteratorStart {
  if (position === TRIM_HORIZON || position === LATEST) return { ShardIteratorType: position }
  if (position.startsWith(AT_TIMESTAMP)) {
    const time = Number(position.slice(AT_TIMESTAMP.length))
    return { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: new Date(time) }
  }
  if (position.startsWith(AT)) {
    return { ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber: position.slice(AT.length) }
  }
  return { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: position }
}

/** True where `left` is further on in its shard than `right`: only sequence numbers and the end are compared. */
export function isBehind(right: Position, left: Position): boolean {
  if (right === left || right === SHARD_END) return false
  if (left === SHARD_END) return true
  if (!isSequence(left)) return false
  return !isSequence(right) || BigInt(left) > BigInt(right)
}
