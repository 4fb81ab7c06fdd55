import { eachElement, elementsOf } from '../batch/lines.ts'
import type { Partition } from '../batch/partition.ts'
import type { Aggregation, Batch, Gather, PerPartition, Stateful } from '../operators/record.ts'
import type { OutputTask, OutputWriter } from '../outputs/record.ts'
import { finishAggregation } from '../shuffle/aggregation.ts'
import type { KeyedTable } from '../shuffle/keyed-table.ts'
import { Collector } from './collect.ts'
import { CombineBuffer, type CombineKernel } from './combine-buffer.ts'
import type { Vertex } from './vertex.ts'

/** What every vertex is told. */
export interface VertexOptions {
  readonly label: string
  readonly inputs: number
  readonly inputSlide: number
  /** Per input, whether its elements are lines of text. */
  readonly lines: readonly boolean[]
  /** Where the input is text that kernels can count: how. */
  readonly kernel?: CombineKernel
}

/** The vertex whose table is filled while the batch is received; `finish` makes a batch of it. */
function combining(
  options: VertexOptions,
  aggregation: Aggregation,
  finish: (table: KeyedTable) => Batch,
): Vertex {
  const buffer = new CombineBuffer(aggregation, options.lines[0] ?? false, options.kernel)
  return {
    label: options.label,
    inputSlide: options.inputSlide,
    slide: options.inputSlide,
    emit: () => buffer.emit,
    ...(options.kernel === undefined ? {} : { push: (_port, partition) => buffer.push(partition) }),
    finish: () => {
      const table = buffer.take()
      return table instanceof Promise ? table.then(finish) : finish(table)
    },
    close: () => buffer.close(),
  }
}

/** A reduce by key, a count, a distinct. */
export function aggregationVertex(options: VertexOptions, aggregation: Aggregation): Vertex {
  return combining(options, aggregation, (table) => finishAggregation(aggregation, table))
}

/** One collector per input, and what makes a batch of them. */
function gathering(options: VertexOptions, make: (batches: Batch[], time: number) => Batch): Vertex {
  const collectors = Array.from({ length: options.inputs }, () => new Collector())
  const at = (port: number): Collector => collectors[port] as Collector
  return {
    label: options.label,
    inputSlide: options.inputSlide,
    slide: options.inputSlide,
    emit: (port) => at(port).emit,
    push: (port, partition) => at(port).push(partition),
    seal: (port) => at(port).seal(),
    finish: (time) =>
      make(
        collectors.map((collector) => collector.take()),
        time,
      ),
  }
}

/** A join, a sort, a repartition: the whole batch of each input at once. */
export function gatherVertex(options: VertexOptions, gather: Gather): Vertex {
  const vertex = gathering(options, gather.gather)
  return gather.keeps === undefined ? vertex : { ...vertex, keeps: gather.keeps }
}

/** A union, and a stream with several readers: batches pass as they are. */
export function passVertex(options: VertexOptions): Vertex {
  return gathering(options, (batches) => batches.flat())
}

/** An operator over whole partitions. */
export function partitionVertex(options: VertexOptions, behaviour: PerPartition): Vertex {
  return gathering(options, ([batch = []], time) =>
    batch.map((partition, index) => ({
      kind: 'rows',
      rows: [...behaviour.perPartition(elementsOf(partition), index, time)],
    })),
  )
}

/** A window or a state: what a batch leaves behind stands until the operator drops it. */
export function statefulVertex(options: VertexOptions, stateful: Stateful): Vertex {
  const { next, snapshot, keeps } = stateful.start()
  const inner =
    stateful.combine === undefined
      ? passVertex(options)
      : combining(options, stateful.combine, (table) => [table.combiners()])
  return {
    ...inner,
    slide: stateful.slide ?? options.inputSlide,
    ...(snapshot === undefined ? {} : { snapshot }),
    keeps,
    finish: (time, due) => {
      const go = (input: Batch | undefined): Batch | undefined => {
        const batch = next(time, input ?? [], due)
        return due ? batch : undefined
      }
      const input = inner.finish(time, true)
      return input instanceof Promise ? input.then(go) : go(input)
    },
  }
}

/** A reader of a state: what comes out of the vertex that keeps it is of no interest, only that its batch is done. */
export function snapshotVertex({ label, inputSlide }: VertexOptions, snapshot: () => Batch): Vertex {
  return {
    label,
    inputSlide,
    slide: inputSlide,
    emit: () => () => {},
    push: () => {},
    finish: snapshot,
  }
}

/** Elements handed to an output at once, where they come one by one. */
const OUTPUT_ROWS = 4096

/** An output: it takes what it can while the batch is received. */
export function outputVertex(
  options: VertexOptions,
  writer: OutputWriter,
): Vertex & { begin: (time: number) => void } {
  let time = 0
  let task: OutputTask | undefined
  let rows: unknown[] = []
  let pending: Promise<void> | undefined
  // Opened by the first element: until then a stream of batches may still say another time.
  const open = (): OutputTask => {
    task ??= writer.batch(time)
    return task
  }
  const push = (partition: Partition): void => {
    const wait = open().push(partition)
    if (wait instanceof Promise) pending = pending === undefined ? wait : pending.then(() => wait)
  }
  const flush = (): void => {
    if (rows.length === 0) return
    const full = rows
    rows = []
    push({ kind: 'rows', rows: full })
  }
  return {
    label: options.label,
    inputSlide: options.inputSlide,
    slide: options.inputSlide,
    begin: (next) => {
      time = next
    },
    emit: () => (element) => {
      rows.push(element)
      if (rows.length >= OUTPUT_ROWS) flush()
    },
    push: (_port, partition) => {
      flush()
      push(partition)
    },
    seal: () => {
      flush()
      open().seal?.()
    },
    finish: async () => {
      flush()
      if (pending !== undefined) await pending
      pending = undefined
      await open().finish()
      task = undefined
      return undefined
    },
    pending: () => {
      const wait = pending
      pending = undefined
      return wait
    },
    ...(writer.ready === undefined ? {} : { ready: writer.ready }),
    close: () => writer.close?.(),
  }
}

/** Return the way into a vertex for whole partitions: the vertex's own, or element by element. */
export function partitionWay(vertex: Vertex, port: number): (partition: Partition) => void {
  const { push } = vertex
  if (push !== undefined) return (partition) => push(port, partition)
  const emit = vertex.emit(port)
  return (partition) => eachElement(partition, emit)
}
