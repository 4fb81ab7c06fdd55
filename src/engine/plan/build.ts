import { Dataflow, type Edge, type FlowVertex, type Keeper } from '../codegen/dataflow.ts'
import { lowerStart } from '../codegen/lowered-way.ts'
import { LOWERING_LIMITS, type LoweringLimits, lowerAggregation } from '../codegen/lowering.ts'
import { namedKeeps } from '../codegen/named-keeps.ts'
import { stamping, timedVertex } from '../codegen/timed-vertex.ts'
import {
  aggregationVertex,
  gatherVertex,
  outputVertex,
  partitionVertex,
  passVertex,
  snapshotVertex,
  statefulVertex,
  type VertexOptions,
} from '../codegen/vertices.ts'
import type { Behaviour, Keeps, Stateful } from '../operators/record.ts'
import type { SourceRecord } from '../sources/record.ts'
import type { BuildOptions } from './build-options.ts'
import { type Stream, slideOf, unstamped, windowedVertex } from './build-stream.ts'
import { guarded } from './guard.ts'
import { aggregationWays, combineKernel, startWays } from './lowered-nodes.ts'
import type { Plan, PlanNode } from './plan.ts'
import { createCall } from './resolve.ts'
import { inputShape } from './shape.ts'
import { stateBefore } from './state-before.ts'
import { checkEqualSlides, checkMultiple } from './stream-checks.ts'
import { wayOf } from './ways.ts'

/**
 * Return the running form of a plan: operators that work element by element fused, aggregations over a window made
 * incremental, a vertex wherever a batch has to be held.
 *
 * @throws UsageError when a window is no multiple of its stream's slide, or streams of unequal slides meet.
 */
export function build(plan: Plan, options: BuildOptions): Dataflow {
  const { vertices, edges, keepers, stages } = buildAll(plan, options)
  options.log?.built(plan.interval)
  const flow = new Dataflow(vertices, edges, options.zeroTime, keepers, options.log, stages)
  options.onBuilt?.(flow)
  return flow
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
  /** The place in the plan of each vertex. */
  readonly stages: number[] = []
  readonly edges: Edge[] = []
  readonly keepers: Keeper[] = []
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
    const inputs = node.inputs.map((id) => unstamped(this.#streams.get(id) as Stream))
    const first = inputs[0] as Stream
    const lines = inputs.map((input) => input.lines)
    const skip = this.#options.errors?.skipOf(node.label)
    const call = createCall(node, record, this.#options.functions(node), {
      lines,
      parallelism: this.#options.parallelism,
      report: this.#options.port.report,
      ...(this.#options.drop && { drop: this.#options.drop }),
      skip,
      slide: first.slide,
      finish: this.#options.finish,
      zeroTime: this.#options.zeroTime,
      shape: inputShape(this.#plan, node, this.#options.record),
    })
    if (record.category === 'output') {
      const writer = record.open(call, this.#options.port, slideOf(first))
      this.#addVertex(node, inputs, lines, (vertex) => outputVertex(vertex, writer))
      return
    }
    const stream = this.#apply(node, inputs, lines, guarded(record.apply(call), skip))
    const keeps = record.keepsElements === true
    this.#streams.set(node.id, { ...stream, lines: lines.every(Boolean) && keeps })
  }

  #apply(node: PlanNode, inputs: readonly Stream[], lines: readonly boolean[], behaviour: Behaviour): Stream {
    const first = inputs[0] as Stream
    this.ways.set(node.id, wayOf(behaviour))
    if ('each' in behaviour) {
      const { clock = first.clock } = behaviour
      if (behaviour.keeps !== undefined) this.#addKeeper(node, node.label, behaviour.keeps)
      // What runs before a window runs once for each element, but has no times of the window's.
      const from = behaviour.clock === undefined ? first : this.#materialise(first)
      const stream: Stream = { ...from, chain: [...from.chain, behaviour], nodes: [...from.nodes, node] }
      if ((this.#readers.get(node.id) ?? 0) <= 1) return clock === undefined ? stream : { ...stream, clock }
      if (clock === undefined) return this.#addVertex(node, [stream], lines, passVertex)
      const stamps = { ...stream, chain: [...stream.chain, stamping(clock)] }
      return { ...this.#addVertex(node, [stamps], lines, passVertex), stamped: clock }
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
        return window ? windowedVertex(vertex, window, aggregation) : aggregationVertex(vertex, aggregation)
      })
    }
    if ('perPartition' in behaviour) {
      this.calls.set(node.id, 'called once per partition')
      return this.#addVertex(node, inputs, lines, (vertex) => partitionVertex(vertex, behaviour))
    }
    if ('gather' in behaviour) {
      if (behaviour.calls !== undefined) this.calls.set(node.id, behaviour.calls)
      return this.#addVertex(node, inputs, lines, (vertex) => gatherVertex(vertex, behaviour))
    }
    if ('snapshot' in behaviour) {
      const snapshot = stateBefore(node, first, this.vertices)
      return this.#addVertex(node, inputs, lines, (vertex) => snapshotVertex(vertex, snapshot))
    }
    if ('union' in behaviour) {
      checkMultiple(node, 'interval', behaviour.interval, slideOf(first))
      const isAlone = inputs.length === 1 && (this.#readers.get(node.id) ?? 0) <= 1
      return isAlone ? first : this.#addVertex(node, inputs, lines, passVertex)
    }
    if ('timed' in behaviour) {
      const clocks = inputs.map(({ clock }) => clock)
      return this.#addVertex(node, inputs, lines, (vertex) => timedVertex(vertex, behaviour, clocks, node.id))
    }
    return this.#applyStateful(node, first, lines, behaviour)
  }

  #addKeeper({ id }: PlanNode, label: string, keeps: Keeps): void {
    this.keepers.push({ index: id, label, keeps: namedKeeps(label, keeps) })
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
    const from = this.#materialise(input)
    checkMultiple(node, 'length', stateful.length, from.slide)
    checkMultiple(node, 'slide', stateful.slide, from.slide)
    const isDeferred = stateful.window === true && (this.#readers.get(node.id) ?? 0) <= 1
    if (isDeferred) this.ways.set(node.id, 'window: what follows runs before it, batch by batch')
    const { clock: _, ...untimed } = from
    if (isDeferred) return { ...untimed, window: { stateful, node } }
    return this.#addVertex(node, [from], lines, (vertex) => statefulVertex(vertex, stateful))
  }

  /** Make the vertex of a deferred window. */
  #materialise(stream: Stream): Stream {
    const { window, ...batches } = stream
    if (window === undefined) return stream
    const { node, stateful } = window
    return this.#addVertex(node, [batches], [stream.lines], (vertex) => statefulVertex(vertex, stateful))
  }

  #addVertex(
    node: PlanNode,
    streams: readonly Stream[],
    lines: readonly boolean[],
    make: (options: VertexOptions) => FlowVertex,
  ): Stream {
    const inputs = streams.map((stream) => this.#materialise(stream))
    const slides = inputs.map(({ slide }) => slide)
    checkEqualSlides(node, slides)
    const inputSlide = slides[0] as number
    const vertex = make({ label: node.label, inputs: inputs.length, inputSlide, lines })
    if (vertex.keeps !== undefined) this.#addKeeper(node, vertex.label, vertex.keeps)
    const to = this.vertices.push(vertex) - 1
    this.stages.push(node.id)
    for (const [port, input] of inputs.entries()) {
      const lowered = this.#isText(input) ? lowerStart(input.chain, this.#limits) : undefined
      this.edges.push({ from: input.from, to, port, chain: input.chain, lowered })
      for (const [id, way] of startWays(input, lowered, this.#isText(input))) this.calls.set(id, way)
    }
    return { from: to, chain: [], nodes: [], slide: vertex.slide, lines: lines.every(Boolean) }
  }
}
