import type { Partition } from '../batch/partition.ts'
import type { Call, CommandRecord } from '../plan/record.ts'
import type { Shape } from '../plan/shape.ts'
import type { Chart } from './charts/chart.ts'
import type { Panel, PanelOptions } from './panels/panel.ts'

/** What `print` knows of one batch when it shows it. */
export interface PrintedBatch {
  /** Batch time, milliseconds since 1970. */
  readonly time: number
  /** The first elements of the batch, at most as many as were asked for. */
  readonly elements: readonly unknown[]
  /** How many elements the batch has. */
  readonly total: number
  /** What the elements are in Spark, where it is known. */
  readonly shape?: Shape
  /** Name of the stream where several are printed; absent otherwise. */
  readonly title?: string
  /** What is drawn in place of a table, with the format `chart`. */
  readonly chart?: Chart
  /** The same object for every batch of an output that is drawn in place: where several are, each has a place. */
  readonly place?: object
}

/** What outputs may ask of the world: the engine itself writes nothing. */
export interface OutputPort {
  /** Write results. Resolves when the reader has room again; undefined when it has room now. */
  write(chunk: string | Uint8Array): Promise<void> | undefined
  /** Show a batch in the named format (`table`, `live`, `spark`, `chart`). */
  show(batch: PrintedBatch, format: string): Promise<void> | undefined
  /** The format of `print` where none is asked for. */
  readonly format: string
  /** One line to stderr. */
  report(message: string): void
  /** Open a panel of a dashboard; absent where nobody looks. */
  panel?(options: PanelOptions): Promise<Panel>
}

/** The output's part of one batch. Partitions are pushed as they are made, so a batch need not fit into memory. */
export interface OutputTask {
  push(partition: Partition): void | Promise<void>
  /** A partition of the operator before ends here. */
  seal?(): void
  /** The batch is complete. */
  finish(): void | Promise<void>
}

/** Who writes: lets a place that remembers its last batch know one that comes again. */
export interface OutputIdentity {
  /** The same in all runs that go on one behind the other, and in no others. */
  readonly name: string
  /** Whether another run may go on behind this one. */
  readonly isRecoverable: boolean
}

/** What an output is called with. */
export interface OutputCall extends Call {
  /** Count elements that were lost by policy: listeners are told, and the exit code says so. */
  readonly drop: (count: number, reason: string) => void
}

/** An output: what happens with each batch. */
export interface OutputRecord extends CommandRecord {
  readonly category: 'output'
  /** The method's name where it is not the camelCase of `name`; false where a program needs none. */
  readonly method?: string | false
  /** Make the writer of one running pipeline; its `batch` is called once per batch, in order of time. */
  readonly open: (
    call: OutputCall,
    port: OutputPort,
    interval: number,
    identity?: OutputIdentity,
  ) => OutputWriter
}

/** A running output. */
export interface OutputWriter {
  /** Resolves when the output can take batches, before which no source starts; a rejection ends the context. */
  readonly ready?: Promise<void>
  batch(time: number): OutputTask
  /** After the last batch. */
  close?(): void | Promise<void>
}

/** Return the record itself, checked by the compiler. */
export function defineOutput(record: Omit<OutputRecord, 'category'>): OutputRecord {
  return { category: 'output', ...record }
}
