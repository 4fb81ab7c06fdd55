import { eachElement } from '../batch/lines.ts'
import { countOf, type Partition } from '../batch/partition.ts'
import type { Keeps, Narrow } from '../operators/record.ts'
import type { BlockLog } from '../recording/block-log.ts'
import { through } from './generate.ts'
import { type LoweredStart, loweredWay } from './lowered-way.ts'
import type { Vertex } from './vertex.ts'
import { partitionWay } from './vertices.ts'

/** The element-wise operators between two vertices, fused. */
export interface Edge {
  /** Index of the vertex or, negative, of the source: `-1 - source`. */
  readonly from: number
  readonly to: number
  readonly port: number
  readonly chain: readonly Narrow[]
  /** Where text comes in: the beginning of the chain that kernels run. */
  readonly lowered?: LoweredStart | undefined
}

/** A stage that keeps something from batch to batch. */
export interface Keeper {
  /** Its place in the plan; of a window that is fused with what follows, the place of that. */
  readonly index: number
  /** Its words; of a window that is fused with what follows, those of both. */
  readonly label: string
  readonly keeps: Keeps
}

/** An output vertex is told when its batch begins. */
export type FlowVertex = Vertex & { readonly begin?: (time: number) => void }

/**
 * A running pipeline: vertices in order of the plan, and the fused steps between them. Blocks are pushed in at the
 * sources as they arrive; `cut` ends a batch and carries it through to the outputs.
 */
export class Dataflow {
  /** What is kept from batch to batch, by stage; in the same order for the same plan. */
  readonly keepers: readonly Keeper[]
  /** How many elements came out of each stage that holds batches, for the batch that was cut last; by place in the plan. */
  readonly handedOn = new Map<number, number>()
  readonly #vertices: readonly FlowVertex[]
  readonly #stages: readonly number[]
  readonly #fromSource = new Map<number, ((partition: Partition) => void)[]>()
  readonly #sealsOfSource = new Map<number, (() => void)[]>()
  readonly #fromVertex: ((partition: Partition) => void)[][]
  readonly #zeroTime: () => number
  readonly #log: BlockLog | undefined

  /**
   * @param zeroTime the time before the first batch, from which slides are counted.
   * @param keepers the stages that keep something.
   * @param log told of what comes in.
   * @param stages the place in the plan of each vertex.
   */
  constructor(
    vertices: readonly FlowVertex[],
    edges: readonly Edge[],
    zeroTime: () => number,
    keepers: readonly Keeper[] = [],
    log?: BlockLog,
    stages: readonly number[] = [],
  ) {
    this.#stages = stages
    this.keepers = keepers
    this.#vertices = vertices
    this.#log = log
    this.#zeroTime = zeroTime
    this.#fromVertex = vertices.map(() => [])
    for (const edge of edges) {
      const way = fuse(edge, vertices[edge.to] as FlowVertex)
      const { seal } = vertices[edge.to] as FlowVertex
      const { port } = edge
      if (edge.from >= 0) {
        const sealed = seal === undefined ? way : sealing(way, () => seal(port))
        ;(this.#fromVertex[edge.from] as ((partition: Partition) => void)[]).push(sealed)
      } else {
        const source = -1 - edge.from
        this.#fromSource.set(source, [...(this.#fromSource.get(source) ?? []), way])
        const seals = this.#sealsOfSource.get(source) ?? []
        if (seal !== undefined) this.#sealsOfSource.set(source, [...seals, () => seal(port)])
      }
    }
  }

  /** Resolves when every output can take batches; undefined when they can now. */
  ready(): Promise<unknown> | undefined {
    const waits = this.#vertices.flatMap((vertex) => vertex.ready ?? [])
    return waits.length === 0 ? undefined : Promise.all(waits)
  }

  /** Open the batch that will be cut at `time`. */
  begin(time: number): void {
    this.#log?.begin(time, this.#zeroTime())
    for (const vertex of this.#vertices) if (this.#isDue(time, vertex.inputSlide)) vertex.begin?.(time)
  }

  /** Push a block of a source into the batch that is open. */
  push(source: number, partition: Partition): void {
    this.#log?.block(source, partition)
    for (const way of this.#fromSource.get(source) ?? []) way(partition)
    if (partition.kind !== 'rows' || partition.isWhole !== true) return
    for (const seal of this.#sealsOfSource.get(source) ?? []) seal()
  }

  /** Resolves when every output can take more; undefined when they can now. */
  pending(): Promise<unknown> | undefined {
    const waits = [...this.#vertices, this.#log].flatMap((each) => each?.pending?.() ?? [])
    return waits.length === 0 ? undefined : Promise.all(waits)
  }

  /** End the batch at `time`: results run through shuffles, windows and outputs, in the order of the plan. */
  async cut(time: number): Promise<void> {
    this.#log?.cut(time)
    this.handedOn.clear()
    for (const [index, vertex] of this.#vertices.entries()) {
      if (!this.#isDue(time, vertex.inputSlide)) continue
      const finished = vertex.finish(time, this.#isDue(time, vertex.slide))
      const batch = finished instanceof Promise ? await finished : finished
      if (batch === undefined) continue
      const stage = this.#stages[index]
      if (stage !== undefined)
        this.handedOn.set(
          stage,
          batch.reduce((sum, partition) => sum + countOf(partition), 0),
        )
      for (const way of this.#fromVertex[index] as ((partition: Partition) => void)[]) {
        for (const partition of batch) way(partition)
      }
      const wait = this.pending()
      if (wait !== undefined) await wait
    }
  }

  /** True when a batch that was cut at `time` has reached every output: no window still holds it back. */
  isFlushed(time: number): boolean {
    return this.#vertices.every((vertex) => this.#isDue(time, vertex.slide))
  }

  /** No source will give more. Returns whether a stage has something that comes out at the next batch. */
  end(): boolean {
    this.#log?.ended()
    return this.#vertices.map((vertex) => vertex.end?.() ?? false).some(Boolean)
  }

  async close(): Promise<void> {
    for (const vertex of this.#vertices) await vertex.close?.()
  }

  #isDue(time: number, slide: number): boolean {
    return (time - this.#zeroTime()) % slide === 0
  }
}

function fuse(edge: Edge, vertex: FlowVertex): (partition: Partition) => void {
  if (edge.chain.length === 0) return partitionWay(vertex, edge.port)
  const emit = vertex.emit(edge.port)
  const { push } = vertex
  if (edge.lowered !== undefined) {
    const onText = push === undefined ? undefined : (text: Partition) => push(edge.port, text)
    return loweredWay(edge.lowered, edge.chain, emit, onText)
  }
  const run = through(edge.chain, emit)
  return (partition) => eachElement(partition, run)
}

function sealing(way: (partition: Partition) => void, seal: () => void): (partition: Partition) => void {
  return (partition) => {
    way(partition)
    seal()
  }
}
