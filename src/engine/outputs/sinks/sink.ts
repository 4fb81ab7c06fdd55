import type { Rows } from './rows.ts'

/** What becomes of the rows that a table has: they stay, those of the same key are replaced, or all are. */
export const MODES = ['append', 'upsert', 'replace'] as const
/** One of them. */
export type Mode = (typeof MODES)[number]

/** Where the rows of an output go. */
export interface SinkOptions {
  readonly url: URL
  /** HOST:PORT of each server that the URL names. */
  readonly hosts: readonly string[]
  /** The same without its password, for people. */
  readonly shown: string
  readonly table: string
  readonly mode: Mode
  /** Columns that a row is known by, for `upsert`; for a message, the field that is its key. */
  readonly keys: readonly string[]
  /** Who writes: the same in a run that goes on behind this one, and in no other. */
  readonly identity: string
  /** Whether another run may go on behind this one. */
  readonly isRecoverable: boolean
  /** The path that `file:` names. */
  readonly path?: string
  /** When the next file begins, as it was written: `1h`. */
  readonly roll?: string
}

/** A connection to where rows go. */
export interface Sink {
  /**
   * Write the rows of the batch at `time`, whole or not at all, and with them that it has been written: a batch at or before
   * the last of this identity has no effect.
   *
   * @throws SinkLost where the connection is gone, and the same batch may be written again.
   */
  write(time: number, rows: Rows): Promise<void>
  /** After the last batch. `isRecoverable`: another run may go on, and must find which batch was the last. */
  close(isRecoverable: boolean): Promise<void>
}

/** Connects: rejects where that cannot be. */
export type OpenSink = (options: SinkOptions) => Promise<Sink>

/** The server is not there, or no longer: what failed may be tried again. */
export class SinkLost extends Error {
  override readonly name = 'SinkLost'
}

/** The table in which a database remembers the last batch of each output. */
export const BATCHES_TABLE = 'dstream_batches'
