import type { Partition } from '../batch/partition.ts'
import type { Keeps } from '../operators/record.ts'
import type { Skip } from '../plan/element-errors.ts'
import type { PlanNode } from '../plan/plan.ts'
import type { Call, CommandRecord } from '../plan/record.ts'
import type { Clock } from '../scheduler/clock.ts'
import type { FramingKind } from './framing/framing.ts'

/** One stream of bytes inside a source: a connection, a file. Lines are framed per input, so senders never mix. */
export interface TextInput {
  /** Take bytes as they were read, cut anywhere. The caller may reuse `bytes` as soon as this returns. */
  write(bytes: Uint8Array): void
  /** No more bytes: a last line without terminator is a line. */
  end(): void
  /** Bytes at the end of what was written that a later run would have to read again, for their record is not whole. */
  readonly pending: number
  /** Bytes of memory that a record whose end has not come takes. */
  readonly held: number
  /** No more bytes, and what is held is no record: its sender broke off. */
  discard(): void
}

/** What a source may do with the engine. */
export interface Receiver {
  /** Place of the source in the plan. */
  readonly source: number
  readonly clock: Clock
  /** Milliseconds of a batch. */
  readonly interval: number
  /** Largest line or record in bytes; what is `open` fails beyond it. */
  readonly maxLine: number
  /**
   * Aborted when the context stops: the source closes its files and sockets and stores no more. The reason is `DROPPED` where
   * what was received and not yet processed is lost.
   */
  readonly signal: AbortSignal
  /**
   * Open one framed input, `lines` unless told. `name` stands in errors: `stdin`, `127.0.0.1:9999`, a path. Its first
   * `received` elements were received before and are passed over.
   */
  open(name: string, framing?: FramingKind, received?: number): TextInput
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
  /** Put one element into the block at hand, which is handed over every `blockInterval` and when the batch is cut. */
  add(element: unknown): void
  /** Tell listeners what has become of the receiver. `stopped` is followed by `started` where it starts again. */
  tell(event: 'started' | 'error' | 'stopped', message?: string, error?: unknown): void
  readonly settings: SourceSettings
  /** What an earlier run, of which this one is the continuation, has received; absent where there was none. */
  readonly resumed?: Resumed
  /**
   * Behind the block that was handed over last: say where the source stands, as data of JSON, for a later run. Where there
   * is a checkpoint, an unfinished line is left to that run then.
   */
  at(position: unknown): void
  /**
   * Resolves when all that was handed over is safe, and a sender may forget it: on the disk where there is a checkpoint,
   * else in memory. Never resolves where the context fails before.
   */
  stored(): Promise<void>
  /** The context has ended only when `done` is settled, for others wait for it; the source bounds its time. */
  holdEnd(done: Promise<unknown>): void
}

/** Why a context stops that processes no more. */
export const DROPPED = 'dropped'

/** Where a source stood when an earlier run ended. */
export interface Resumed {
  /** Elements that were received. */
  readonly received: number
  /** What it had said last of where it stands. */
  readonly position?: unknown
  /** Elements that were received behind that. */
  readonly behind: number
}

/** Keys of the configuration that sources read, in milliseconds; absent where the program has not set them. */
export interface SourceSettings {
  /** `spark.streaming.receiverRestartDelay`. */
  readonly receiverRestartDelay?: number
  /** `spark.streaming.fileStream.minRememberDuration`. */
  readonly minRememberDuration?: number
  /** `spark.streaming.kafka.maxRatePerPartition` and `minRatePerPartition`, messages a second; 0 for no limit. */
  readonly kafkaMaxRatePerPartition?: number
  readonly kafkaMinRatePerPartition?: number
  /** `spark.streaming.kinesis.retry.waitTime`. */
  readonly kinesisRetryWaitTime?: number
  /** `spark.streaming.kinesis.retry.maxAttempts`, a number. */
  readonly kinesisMaxAttempts?: number
}

/** A source that is asked at each batch, rather than one that hands over when it likes. */
export interface PullInput {
  /** The elements of the batch at `time`, as partitions of any size; read one at a time, each processed before the next. */
  blocks(time: number): AsyncIterable<Partition> | Iterable<Partition>
  /** True when no later batch will have elements. */
  readonly finished: boolean
  /**
   * Where it can be read anew: return which elements the batch had whose blocks were read last, as data of JSON. The log
   * of a checkpoint then has that in place of the elements.
   */
  position?(): unknown
  /** Where it has `position`: give the elements of a batch again, and stand behind them. */
  again?(position: unknown, time: number): AsyncIterable<Partition> | Iterable<Partition>
  /** For checkpoints: what it remembers from batch to batch. */
  readonly keeps?: Keeps
  /** The outputs of the batch at `time`, whose blocks were read last, have it; the next one waits until this resolves. */
  completed?(time: number): Promise<void>
  /** What listeners are told of the batch whose blocks were read last. */
  metadata?(): Readonly<Record<string, unknown>>
  close?(): void
}

/** What a pull source may ask of the engine. */
export type PullContext = Pick<Receiver, 'clock' | 'interval' | 'signal' | 'report' | 'drop'> & {
  /** Time before the first batch; batches follow at `startTime + k * interval`. */
  readonly startTime: number
  /** Largest line or record in bytes. */
  readonly maxLine: number
  readonly settings?: SourceSettings
  /** Elements a second that this source may give now; Infinity for as many as there are. */
  readonly limit?: () => number
  /** Say that there is more than `limit` allowed. */
  readonly held?: () => void
}

/** The arguments and flags of a source, resolved. */
export interface SourceCall extends Call {
  /** Leaves out an element that cannot be read; where absent, that is an error. */
  readonly skip?: Skip | undefined
  /** The function of an argument or a flag, as it was written; undefined where absent. */
  readonly callable: (name: string) => ((...args: never[]) => unknown) | undefined
}

/** A source: where elements come from. Either `receive` or `pull`. */
export interface SourceRecord extends CommandRecord {
  readonly category: 'source'
  /** `lines` of text, or `values` of any type. */
  readonly elements: 'lines' | 'values'
  /** The same, where it depends on the flags. */
  readonly elementsWith?: (values: PlanNode['values']) => 'lines' | 'values'
  /** Gives the same elements in the same order whenever it starts: a later run passes over those that were received. */
  readonly replayable?: true
  /** Its elements cannot be had again, nor written down: why, for who asks for a checkpoint. */
  readonly notRecoverable?: string | ((values: PlanNode['values']) => string | undefined)
  /** Start handing over elements; return at once. A rejected promise fails the pipeline. */
  readonly receive?: (call: SourceCall, receiver: Receiver) => undefined | Promise<void>
  readonly pull?: (call: SourceCall, context: PullContext) => PullInput
}

/** Return the record itself, checked by the compiler. */
export function defineSource(record: Omit<SourceRecord, 'category'>): SourceRecord {
  return { category: 'source', ...record }
}
