import type { Partition } from '../batch/partition.ts'
import type { Call, CommandRecord } from '../plan/record.ts'
import type { Clock } from '../scheduler/clock.ts'
import type { FramingKind } from './framing/framing.ts'

/** One stream of bytes inside a source: a connection, a file. Lines are framed per input, so senders never mix. */
export interface TextInput {
  /** Take bytes as they were read, cut anywhere. The caller may reuse `bytes` as soon as this returns. */
  write(bytes: Uint8Array): void
  /** No more bytes: a last line without terminator is a line. */
  end(): void
}

/** What a source may do with the engine. */
export interface Receiver {
  readonly clock: Clock
  /** Milliseconds of a batch. */
  readonly interval: number
  /** Aborted when the context stops: the source closes its files and sockets and stores no more. */
  readonly signal: AbortSignal
  /** Open one framed input, `lines` unless told. `name` stands in errors: `stdin`, `127.0.0.1:9999`, a path. */
  open(name: string, framing?: FramingKind): TextInput
  /** Hand over elements that are no text. */
  store(rows: readonly unknown[]): void
  /** True while the engine is behind: the source must read no more until `ready()` resolves. */
  readonly full: boolean
  /** Resolves when there is room (at once when there is), or when `signal` is aborted. */
  ready(): Promise<void>
  /** The source is exhausted; the pipeline ends when all its sources have ended. */
  end(): void
  /** The source cannot go on: the pipeline fails with this error. */
  fail(error: Error): void
  /** Say something to the user, one line on stderr. */
  report(message: string): void
  /** Count `count` elements as lost by policy, for `reason`; shown on stderr and in the exit code. */
  drop(count: number, reason: string): void
}

/** A source that is asked at each batch, rather than one that hands over when it likes. */
export interface PullInput {
  /** The elements of the batch at `time`, as partitions of any size; read one at a time, each processed before the next. */
  blocks(time: number): AsyncIterable<Partition> | Iterable<Partition>
  /** True when no later batch will have elements. */
  readonly finished: boolean
  close?(): void
}

/** What a pull source may ask of the engine. */
export type PullContext = Pick<Receiver, 'clock' | 'interval' | 'signal' | 'report' | 'drop'> & {
  /** Time before the first batch; batches follow at `startTime + k * interval`. */
  readonly startTime: number
  /** Largest line or record in bytes. */
  readonly maxLine: number
}

/** A source: where elements come from. Either `receive` or `pull`. */
export interface SourceRecord extends CommandRecord {
  readonly category: 'source'
  /** `lines` of text, or `values` of any type. */
  readonly elements: 'lines' | 'values'
  /** Start handing over elements; return at once. A rejected promise fails the pipeline. */
  readonly receive?: (call: Call, receiver: Receiver) => undefined | Promise<void>
  readonly pull?: (call: Call, context: PullContext) => PullInput
}

/** Return the record itself, checked by the compiler. */
export function defineSource(record: Omit<SourceRecord, 'category'>): SourceRecord {
  return { category: 'source', ...record }
}
