import type { Outgoing } from './messages.ts'

/** What the broker knows a writer by that has taken a name over; a later writer of the name has a higher epoch. */
export interface Tenure {
  readonly producerId: bigint
  readonly epoch: number
}

/**
 * Writes messages of one topic. Another library is another file beside `platformatic-writer.ts`. Everything rejects with
 * KafkaGone where the broker does not answer or cannot now, with TopicGone where there is no such topic, with
 * MessageTooLarge, and with SourceError where trying again is of no use.
 */
export interface KafkaWriter {
  /** How many partitions the topic has. */
  partitions(): Promise<number>
  /**
   * Take a name over, with a writer of transactions: what its last writer has not committed is taken back, and it can
   * commit no more.
   *
   * @returns the mark of the last batch that was committed under the name; undefined where there is none.
   */
  takeOver(): Promise<number | undefined>
  /** The name as it is held, for a writer that goes on behind this one in the same process. */
  tenure(): Tenure | undefined
  /** Write messages. A writer without transactions that failed may be given the same list again: no message comes twice. */
  send(messages: readonly Outgoing[], time: number): Promise<void>
  /** End the transaction of a batch, with its mark; nothing without transactions. */
  commit(mark: number): Promise<void>
  /** Never waits for long; `isLost` where the broker does not answer. */
  close(isLost: boolean): Promise<void>
}

/** A message is larger than the topic takes, or all of a partition in one request together. */
export class MessageTooLarge extends Error {
  override readonly name = 'MessageTooLarge'
}
