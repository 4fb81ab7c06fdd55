import type { Aggregator } from '../../functions/aggregator.ts'
import type { Partition } from '../batch/partition.ts'
import type { Skip } from '../plan/element-errors.ts'
import type { KeptFunction, LoweredFunction } from '../plan/functions.ts'
import type { Call, CommandRecord, ExampleRecord } from '../plan/record.ts'
import type { Shape } from '../plan/shape.ts'
import type { Partitioning } from '../shuffle/partitioning.ts'
import type { EventClock } from '../state/event-clock.ts'

/** Takes one element. */
export type Emit = (element: unknown) => void

/** The elements of one interval, as partitions in order. */
export type Batch = readonly Partition[]

/** Element by element: fused with its neighbours into one loop, with no array between them. */
export interface Narrow {
  /** Make the step that takes an element and emits none, one or many. Made once per running pipeline. */
  readonly each: (emit: Emit) => Emit
  /** What is known of the function that makes the step, where the step is that function and no more. */
  readonly lowered?: LoweredFunction
  /** The step as a call of its function, from which one piece of code is generated for several operators. */
  readonly inline?: Inline
  /** What is kept from batch to batch; not the clock, which belongs to the stage that reads it. */
  readonly keeps?: Keeps
  /** Leaves out an element at which the step fails; where absent, that is an error. */
  readonly skip?: Skip
  /** Set by the step before it hands an element on: the event time of all that follows until the next aggregation. */
  readonly clock?: EventClock
}

/** A call of a function per element: its result goes on, decides whether the element does, or is a list of what does. */
export type Inline =
  | { readonly form: 'map' | 'filter'; readonly label: string; readonly call: (element: unknown) => unknown }
  | {
      readonly form: 'flatmap'
      readonly label: string
      readonly call: (element: unknown) => unknown
      /** Passes on the items of what is no array. */
      readonly spread: (element: unknown, items: unknown, emit: Emit) => void
    }

/** Partition by partition, each as a whole. */
export interface PerPartition {
  readonly perPartition: (elements: readonly unknown[], index: number, time: number) => Iterable<unknown>
}

/**
 * By key with an aggregator: combined within each block as it arrives, before the shuffle.
 * Data rather than code, so that a kernel can take its place.
 */
export interface Aggregation {
  /** `pair`: key and value of the pair; `element`: the element is the key, 1 the value; `none`: one group, the element is the value. */
  readonly key: 'pair' | 'element' | 'none'
  readonly aggregator: Aggregator
  /** What comes out per key: `[key, result]`, the key, the result, or each item of a result that is a list. */
  readonly output: 'pairs' | 'keys' | 'results' | 'items'
  /** The elements of a batch to which nothing came; none where absent. */
  readonly empty?: readonly unknown[]
  /** The partitions that come out; one where absent. */
  readonly partitioning?: Partitioning
}

/** Over the whole batch of each input. */
export interface Gather {
  readonly gather: (inputs: readonly Batch[], time: number) => Batch
  /** How its functions are called, in words for `--explain`, where that is not element by element. */
  readonly calls?: string
  /** What is kept from batch to batch, where there is something. */
  readonly keeps?: Keeps
}

/** What a stage keeps from batch to batch, as data that can be written down: values that `v8.serialize` takes. */
export interface Keeps {
  /**
   * Return all of it. Asked between two batches. It may hold what the stage works on: it is written down before the next
   * element comes. Throws a StageError at what would not come back, such as an instance of a class.
   */
  readonly save: () => unknown
  /**
   * Take what `save` returned, in a stage of the same arguments, before its first batch. Throws a StageError at anything
   * else, and then takes nothing.
   */
  readonly restore: (saved: unknown) => void
  /** Return what has changed since the last `save` or `changes`, where that is much less than all. */
  readonly changes?: () => unknown
  /** Take what `changes` returned, in the order in which it was, behind `restore`. */
  readonly apply?: (changes: unknown) => void
  /** Return how many keys it holds, at once. */
  readonly size?: () => number
  /** Return keys with their values as they are now, for people: nothing is counted as saved by it. Asked between two batches. */
  readonly entries?: () => Iterable<readonly [key: unknown, value: unknown]>
}

/** Over the batches of the past. */
export interface Stateful {
  /** Milliseconds between batches that come out; the input's slide where absent. */
  readonly slide?: number
  /** Milliseconds the operator looks back; checked to be a multiple of the input's slide. */
  readonly length?: number
  /** The elements of the last `length` at each slide and nothing else: operators after it may work batch by batch before it. */
  readonly window?: true
  /** Reduce each incoming batch to combiners, one `[key, combiner]` per key, before `next` sees it. */
  readonly combine?: Aggregation
  /** Called once when the pipeline starts. */
  readonly start: () => {
    /** Called with every batch that comes in, in order of time; the result is used at multiples of `slide` only. */
    next: (time: number, batch: Batch, due: boolean) => Batch
    /** What is kept, as elements: asked after `next`, by the operator that reads this one's state. */
    snapshot?: () => Batch
    /** For checkpoints. */
    keeps: Keeps
  }
}

/** What the stateful operator right before keeps, in place of what comes out of it: no state of its own. */
export interface SnapshotReader {
  readonly snapshot: true
}

/** Also several inputs in one stream: batches pass through in order of the inputs; of one input, as they are. */
export interface Union {
  readonly union: true
  /** Milliseconds that the operator was given; checked to be a multiple of the input's slide. */
  readonly interval?: number
}

/** Over elements with their times, taken one by one as they arrive; what comes out does so at the end of a batch. */
export interface Timed {
  /** `event`: event times must have been assigned; `any`: without, an element has the time of its batch. */
  readonly timed: 'event' | 'any'
  /** Called once when the pipeline starts, with the clock of each input that has event times. */
  readonly startTimed: (clocks: readonly (EventClock | undefined)[]) => TimedState
}

/** What an operator over elements with times keeps. */
export interface TimedState {
  /** Take an element. */
  readonly take: (element: unknown, time: number, input: number) => void
  /** The batch at `time` is complete: return what comes out. */
  readonly next: (time: number) => Batch
  /** No more will come than what earlier stages still hold. Returns whether there is something that the next batch gives. */
  readonly end?: () => boolean
  /** For checkpoints: all but the clocks. */
  readonly keeps: Keeps
}

/** What an operator does, in one of eight forms; `kind` of the record says which dependency that means. */
export type Behaviour =
  | Narrow
  | PerPartition
  | { readonly aggregation: Aggregation }
  | Gather
  | Stateful
  | SnapshotReader
  | Timed
  | Union

/** An operator: a plain inspectable record. One file, one record; `npm run generate` does the rest. */
export interface OperatorRecord extends CommandRecord {
  readonly category: 'operator'
  /** `narrow`: one partition in, one out; `wide`: needs the whole batch; `stateful`: needs earlier batches. */
  readonly kind: 'narrow' | 'wide' | 'stateful'
  /** What comes out are elements that went in, so that lines of text stay lines. */
  readonly keepsElements?: boolean
  /** What comes out is in Spark, of what comes in by input; that of the input where elements are kept, else unknown. */
  readonly shape?: (inputs: readonly (Shape | undefined)[]) => Shape | undefined
  /** The method's name where it is not the camelCase of `name`. */
  readonly method?: string
  /** Return the arguments, in the order of the record, of a call by a program whose method takes more, or in another order. */
  readonly program?: (args: readonly unknown[]) => readonly unknown[]
  /** Run as tests through the API and the command line. At least one. */
  readonly examples: readonly ExampleRecord[]
  readonly apply: (call: OperatorCall) => Behaviour
}

/** The resolved arguments of an operator. */
export interface OperatorCall extends Call {
  /** The elements of the first input are lines of text: `key<TAB>value` is a pair. */
  readonly lines: boolean
  /** The same of any input. */
  readonly linesAt: (input: number) => boolean
  /** A function of one element, by the name of its argument. Throws a StageError naming the element. */
  readonly mapper: (name: string) => (element: unknown) => unknown
  /** The same function as it is: what it throws does not name the element. */
  readonly plainMapper: (name: string) => (element: unknown) => unknown
  /** Leaves out an element at which a function fails; undefined where that is an error, as it is for functions of whole batches. */
  readonly skip: Skip | undefined
  /** What kernels and the code generator know of the function of an argument. */
  readonly lowered: (name: string) => LoweredFunction
  /** A function over the values of a key, by the name of its argument. */
  readonly aggregator: (name: string) => Aggregator
  /** A function in the position `update` or `mapping`: one that is given the state, whose caller guards it, or a reducer. */
  readonly stateFunction: (name: string) => KeptFunction | { readonly aggregator: Aggregator }
  /** Write a line for the user. */
  readonly report: (message: string) => void
  /** Count elements that were lost by policy: listeners are told, and the exit code says so. */
  readonly drop: (count: number, reason: string) => void
  /** Milliseconds between batches of the first input. */
  readonly slide: number
  /** Nothing that comes later can change the result: stop the sources and end as at the end of input. */
  readonly finish: () => void
  /** Number of partitions that the master runs side by side. */
  readonly parallelism: number
  /** The time before the first batch; known when the first batch is. */
  readonly zeroTime: () => number
}

/** Return the record itself, checked by the compiler. */
export function defineOperator(record: Omit<OperatorRecord, 'category'>): OperatorRecord {
  return { category: 'operator', ...record }
}
