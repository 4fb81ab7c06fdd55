import { deserialize, serialize } from 'node:v8'
import { parseChain } from '../../src/cli/grammar.ts'
import { buildPipeline } from '../../src/cli/pipeline.ts'
import type { Dataflow } from '../../src/engine/codegen/dataflow.ts'
import { build } from '../../src/engine/plan/build.ts'
import type { PlanNode } from '../../src/engine/plan/plan.ts'
import { type NodeFunctions, resolveFunctions } from '../../src/engine/plan/resolve.ts'
import { recordOfNode } from '../../src/engine/registry.ts'
import { collectingPort } from './collect.ts'
import { shellWords } from './run.ts'

/** The elements of one interval, of each source. */
export type Inputs = readonly (readonly unknown[])[]

/** What a batch gave: its elements, undefined where none came out, and how many were dropped. */
export interface Given {
  readonly elements: unknown[] | undefined
  readonly dropped: number
  readonly reports: readonly string[]
}

/** What the stages of a flow have written down, in order of time, by stage. */
export type Written = readonly (readonly { readonly form: 'whole' | 'changes'; readonly bytes: Buffer }[])[]

/** A chain at work, batch by batch, a second each. */
export class Flow {
  readonly #flow: Dataflow
  readonly #sources: readonly number[]
  readonly #isText: boolean
  readonly #port: ReturnType<typeof collectingPort>
  readonly #found: { elements: unknown[] | undefined; dropped: number }

  private constructor(options: {
    flow: Dataflow
    sources: readonly number[]
    isText: boolean
    port: ReturnType<typeof collectingPort>
    found: { elements: unknown[] | undefined; dropped: number }
  }) {
    this.#flow = options.flow
    this.#sources = options.sources
    this.#isText = options.isText
    this.#port = options.port
    this.#found = options.found
  }

  /**
   * Build a chain; `[ with ]` is the second source.
   *
   * @param isText whether sources give lines of text.
   */
  static async of(chain: string, isText: boolean): Promise<Flow> {
    const words = shellWords(chain).map((word) => (word === 'with' ? 'demo' : word))
    const pipeline = await buildPipeline((await parseChain(words)).chain, { output: 'emit' })
    const found: { elements: unknown[] | undefined; dropped: number } = { elements: undefined, dropped: 0 }
    const collect = (rdd: { collect(): unknown[] }): void => {
      found.elements = rdd.collect()
    }
    const nodes = pipeline.nodes.map((node): PlanNode => {
      if (node.category === 'output')
        return { ...node, command: 'foreach-rdd', values: { function: { type: 'closure', call: collect } } }
      if (node.category !== 'source') return node
      return isText ? { ...node, command: 'stdin', values: {} } : { ...node, command: 'queue', values: {} }
    })
    const functions = new Map<number, NodeFunctions>()
    for (const node of nodes) functions.set(node.id, await resolveFunctions(node, recordOfNode(node)))
    const port = collectingPort()
    const flow = build(
      { version: 1, name: chain, interval: 1000, nodes },
      {
        record: recordOfNode,
        functions: (node) => functions.get(node.id) as NodeFunctions,
        port,
        parallelism: 1,
        lowering: false,
        drop: (count) => {
          found.dropped += count
        },
        finish: () => {},
        zeroTime: () => 0,
      },
    )
    const sources = nodes.filter(({ category }) => category === 'source').map(({ id }) => id)
    return new Flow({ flow, sources, isText, port, found })
  }

  get keepers(): Dataflow['keepers'] {
    return this.#flow.keepers
  }

  /** Run the batch of a number, from 1 on. */
  async run(number: number, inputs: Inputs): Promise<Given> {
    const found = this.#found
    found.elements = undefined
    found.dropped = 0
    this.#port.reports.length = 0
    this.#flow.begin(number * 1000)
    for (const [index, source] of this.#sources.entries()) {
      const rows = inputs[index] ?? []
      const bytes = Buffer.from(rows.map((row) => `${String(row)}\n`).join(''))
      if (this.#isText) this.#flow.push(source, { kind: 'text', bytes, count: rows.length })
      else this.#flow.push(source, { kind: 'rows', rows })
    }
    await this.#flow.cut(number * 1000)
    return { elements: found.elements, dropped: found.dropped, reports: [...this.#port.reports] }
  }

  /** The input has ended: run the last batch. */
  async end(number: number): Promise<Given> {
    this.#flow.end()
    return this.run(number, [])
  }

  /** Write down what the stages keep: all, or behind what was written, what has changed where a stage knows that. */
  write(before?: Written): Written {
    return this.keepers.map(({ keeps }, index) => {
      const isChange = before !== undefined && keeps.changes !== undefined
      const value = isChange ? keeps.changes?.() : keeps.save()
      const entry = { form: isChange ? 'changes' : 'whole', bytes: serialize(value) } as const
      return isChange ? [...(before[index] ?? []), entry] : [entry]
    })
  }

  /** Give the stages what those of another flow have written down. */
  read(written: Written): void {
    for (const [index, { keeps }] of this.keepers.entries()) {
      for (const { form, bytes } of written[index] ?? []) {
        if (form === 'whole') keeps.restore(deserialize(bytes))
        else keeps.apply?.(deserialize(bytes))
      }
    }
  }
}

/** Return bytes of all that was written last. */
export function bytesOf(written: Written): number {
  return written.reduce((sum, entries) => sum + (entries.at(-1)?.bytes.length ?? 0), 0)
}
