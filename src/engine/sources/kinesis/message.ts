/** A record of a stream, as `--with all` gives it. */
export interface KinesisRecord {
  readonly partitionKey: string
  readonly sequenceNumber: string
  /** When the service took it, in milliseconds. */
  readonly timestamp: number
  readonly shard: string
  readonly data: string
}

/** What a message handler is given: the record, with its bytes. */
export interface KinesisMessage extends Omit<KinesisRecord, 'data'> {
  readonly data: Uint8Array
}
