import { Dataflow, type Edge, type FlowVertex } from '../codegen/dataflow.ts'
import { lowerStart } from '../codegen/lowered-way.ts'
import { LOWERING_LIMITS, type LoweringLimits, lowerAggregation } from '../codegen/lowering.ts'
import {
  aggregationVertex,
  gatherVertex,
  outputVertex,
  partitionVertex,
  passVertex,
  statefulVertex,
  type VertexOptions,
} from '../codegen/vertices.ts'
import type { Behaviour, Narrow, OperatorRecord, Stateful } from '../operators/record.ts'
import type { OutputPort, OutputRecord } from '../outputs/record.ts'
import type { SourceRecord } from '../sources/record.ts'
import { windowedAggregation } from '../state/windowed-aggregation.ts'
import { formatDuration } from './duration.ts'
import { UsageError } from './errors.ts'
import { aggregationWays, combineKernel, startWays } from './lowered-nodes.ts'
import type { Plan, PlanNode } from './plan.ts'
import { createCall, type NodeFunctions } from './resolve.ts'
import { inputShape } from './shape.ts'

/** What `build` needs beyond the plan. */
export interface BuildOptions {
  readonly record: (node: PlanNode) => SourceRecord | OperatorRecord | OutputRecord
  readonly functions: (node: PlanNode) => NodeFunctions
  readonly port: OutputPort
  readonly parallelism: number
  /** Whether functions that cannot be seen to be pure may be called on several threads, each with a module of its own. */
  readonly parallelCalls?: boolean
  /** From where on kernels take the place of operators where they can, or false for nowhere. */
  readonly lowering?: LoweringLimits | false
  /** An operator needs no more input. */
  readonly finish: () => void
  /** The time before the first batch; read at each batch, for it is known only when the first is near. */
  readonly zeroTime: () => number
}

/** A stream while the flow is built: where its batches come from and what is still to be done to them. */
interface Stream {
  readonly from: number
  readonly chain: readonly Narrow[]
  /** The nodes of the chain. */
  readonly nodes: readonly PlanNode[]
  readonly slide: number
  readonly lines: boolean
  /** A window whose operators after it run before it, batch by batch, until an aggregation or another vertex takes it. */
  readonly window?: Stateful
}

/**
 * Return the running form of a plan: operators that work element by element fused, aggregations over a window made
 * incremental, a vertex wherever a batch has to be held.
 *
 * @throws UsageError when a window is no multiple of its stream's slide, or streams of unequal slides meet.
 */
export function build(plan: Plan, options: BuildOptions): Dataflow {
  const { vertices, edges } = buildAll(plan, options)
  return new Dataflow(vertices, edges, options.zeroTime)
}

/** How each stage runs and calls its functions, by its place in the plan. */
export interface FlowDescription {
  readonly ways: ReadonlyMap<number, string>
  readonly calls: ReadonlyMap<number, string>
}

/** Return how each stage runs: for `--explain`. Throws as `build` does. */
export function describeFlow(plan: Plan, options: BuildOptions): FlowDescription {
  return buildAll(plan, options)
}

function buildAll(plan: Plan, options: BuildOptions): FlowBuilder {
  const builder = new FlowBuilder(plan, options)
  for (const node of plan.nodes) builder.add(node)
  return builder
}

class FlowBuilder {
  readonly vertices: FlowVertex[] = []
  readonly edges: Edge[] = []
  /** How each stage runs, in words. */
  readonly ways = new Map<number, string>()
  /** How the functions of each stage are called, in words. */
  readonly calls = new Map<number, string>()
  readonly #plan: Plan
  readonly #options: BuildOptions
  readonly #streams = new Map<number, Stream>()
  readonly #readers = new Map<number, number>()

  constructor(plan: Plan, options: BuildOptions) {
    this.#plan = plan
    this.#options = options
    for (const id of plan.nodes.flatMap((node) => node.inputs)) {
      this.#readers.set(id, (this.#readers.get(id) ?? 0) + 1)
    }
  }

  add(node: PlanNode): void {
    const record = this.#options.record(node)
    if (record.category === 'source') {
      const { interval } = this.#plan
      this.#streams.set(node.id, {
        from: -1 - node.id,
        chain: [],
        nodes: [],
        slide: interval,
        lines: record.elements === 'lines',
      })
      return
    }
    const inputs = node.inputs.map((id) => this.#streams.get(id) as Stream)
    const first = inputs[0] as Stream
    const lines = inputs.map((input) => input.lines)
    const call = createCall(node, record, this.#options.functions(node), {
      lines,
      parallelism: this.#options.parallelism,
      report: this.#options.port.report,
      finish: this.#options.finish,
      shape: inputShape(this.#plan, node, this.#options.record),
    })
    if (record.category === 'output') {
      const writer = record.open(call, this.#options.port, first.slide)
      this.#addVertex(node, inputs, lines, (vertex) => outputVertex(vertex, writer))
      return
    }
    const stream = this.#apply(node, inputs, lines, record.apply(call))
    this.#streams.set(node.id, { ...stream, lines: lines.every(Boolean) && record.keepsElements === true })
  }

  #apply(node: PlanNode, inputs: readonly Stream[], lines: readonly boolean[], behaviour: Behaviour): Stream {
    const first = inputs[0] as Stream
    this.ways.set(node.id, wayOf(behaviour))
    if ('each' in behaviour) {
      const stream: Stream = { ...first, chain: [...first.chain, behaviour], nodes: [...first.nodes, node] }
      if ((this.#readers.get(node.id) ?? 0) <= 1) return stream
      return this.#addVertex(node, [stream], lines, passVertex)
    }
    if ('aggregation' in behaviour) {
      const { aggregation } = behaviour
      const { window } = first
      const { window: _, ...batches } = first
      const lowered = this.#isText(first) ? lowerAggregation(first.chain, aggregation) : undefined
      const kernel =
        lowered === undefined
          ? undefined
          : combineKernel(first, lowered, { ...this.#options, limits: this.#limits })
      const input = kernel === undefined ? batches : { ...batches, chain: [], nodes: [] }
      if (lowered !== undefined) {
        const does = lowered.folded === undefined ? 'and counted' : 'and their numbers combined'
        this.ways.set(node.id, `kernel: keys are compared ${does} as bytes, in WebAssembly`)
        for (const [id, way] of aggregationWays(node, first, lowered)) this.calls.set(id, way)
      }
      if (window !== undefined) this.#addWay(node, 'each batch is combined once, a slide merges the results')
      return this.#addVertex(node, [input], lines, (options) => {
        const vertex = kernel === undefined ? options : { ...options, kernel }
        if (window === undefined) return aggregationVertex(vertex, aggregation)
        return statefulVertex(vertex, windowedAggregation(aggregation, window.length as number, window.slide))
      })
    }
    if ('perPartition' in behaviour) {
      return this.#addVertex(node, inputs, lines, (vertex) => partitionVertex(vertex, behaviour))
    }
    if ('gather' in behaviour) {
      return this.#addVertex(node, inputs, lines, (vertex) => gatherVertex(vertex, behaviour))
    }
    if ('union' in behaviour) return this.#addVertex(node, inputs, lines, passVertex)
    return this.#applyStateful(node, first, lines, behaviour)
  }

  #addWay(node: PlanNode, way: string): void {
    this.ways.set(node.id, `${this.ways.get(node.id) ?? ''}; ${way}`)
  }

  get #limits(): LoweringLimits {
    return this.#options.lowering || LOWERING_LIMITS
  }

  /** True where the blocks that come in are bytes of lines: at a source of text. */
  #isText(stream: Stream): boolean {
    if (stream.from >= 0 || this.#options.lowering === false) return false
    const node = this.#plan.nodes[-1 - stream.from] as PlanNode
    return (this.#options.record(node) as SourceRecord).elements === 'lines'
  }

  #applyStateful(node: PlanNode, input: Stream, lines: readonly boolean[], stateful: Stateful): Stream {
    // A window of a window looks back from the inner one, whose batches must exist.
    const from = input.window === undefined ? input : this.#materialise(node, input)
    checkMultiple(node, 'length', stateful.length, from.slide)
    checkMultiple(node, 'slide', stateful.slide, from.slide)
    const isDeferred = stateful.window === true && (this.#readers.get(node.id) ?? 0) <= 1
    if (isDeferred) this.ways.set(node.id, 'window: what follows runs before it, batch by batch')
    if (isDeferred) return { ...from, window: stateful }
    return this.#addVertex(node, [from], lines, (vertex) => statefulVertex(vertex, stateful))
  }

  /** Make the vertex of a deferred window. */
  #materialise(node: PlanNode, stream: Stream): Stream {
    const { window, ...batches } = stream
    if (window === undefined) return stream
    return this.#addVertex(node, [batches], [stream.lines], (vertex) => statefulVertex(vertex, window))
  }

  #addVertex(
    node: PlanNode,
    streams: readonly Stream[],
    lines: readonly boolean[],
    make: (options: VertexOptions) => FlowVertex,
  ): Stream {
    const inputs = streams.map((stream) => this.#materialise(node, stream))
    const inputSlide = (inputs[0] as Stream).slide
    for (const input of inputs) {
      if (input.slide === inputSlide) continue
      const slides = `${formatDuration(inputSlide)} and ${formatDuration(input.slide)}`
      throw new UsageError(
        `${node.command}: its streams must have equal slides, these slide by ${slides}`,
        undefined,
        node.id,
      )
    }
    const vertex = make({ label: node.label, inputs: inputs.length, inputSlide, lines })
    const to = this.vertices.push(vertex) - 1
    for (const [port, input] of inputs.entries()) {
      const lowered = this.#isText(input) ? lowerStart(input.chain, this.#limits) : undefined
      this.edges.push({ from: input.from, to, port, chain: input.chain, lowered })
      for (const [id, way] of startWays(input, lowered, this.#isText(input))) this.calls.set(id, way)
    }
    return { from: to, chain: [], nodes: [], slide: vertex.slide, lines: lines.every(Boolean) }
  }
}

/** Return how a form of behaviour runs, in words. */
function wayOf(behaviour: Behaviour): string {
  if ('each' in behaviour) return 'element by element, fused with its neighbours'
  if ('aggregation' in behaviour) return 'combined by key as blocks arrive'
  if ('perPartition' in behaviour) return 'partition by partition'
  if ('gather' in behaviour) return 'on the whole batch'
  return 'union' in behaviour ? 'batches pass as they are' : 'looks back over earlier batches'
}

function checkMultiple(node: PlanNode, name: string, value: number | undefined, slide: number): void {
  if (value === undefined || (value > 0 && value % slide === 0)) return
  throw new UsageError(
    `${node.command}: its ${name} ${formatDuration(value)} is no multiple of the stream's slide, ${formatDuration(slide)}`,
    `Use ${formatDuration(Math.max(1, Math.ceil(value / slide)) * slide)}, or another --interval.`,
    node.id,
  )
}
