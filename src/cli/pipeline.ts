import type { Plan, PlanNode } from '../engine/plan/plan.ts'
import type { Chain, Stage } from './grammar.ts'
import { stageValues, type Values } from './stage-values.ts'
import { quoteWord, WordError } from './usage.ts'

/** What stands where a chain names no source or no output. */
export interface PipelineDefaults {
  readonly output: 'print' | 'emit'
}

/** A plan, and the word of the command line that made each node. */
export interface Pipeline {
  readonly nodes: Plan['nodes']
  readonly words: ReadonlyMap<number, number>
}

/** Return the nodes of a chain: several sources are one stream, a missing one is standard input. */
export async function buildPipeline(chain: Chain, defaults: PipelineDefaults): Promise<Pipeline> {
  const builder = new PipelineBuilder()
  const stream = await builder.stream(chain, true)
  if (stream.outputs === 0 && !stream.endsInBranch)
    builder.add('output', defaults.output, {}, [stream.node], defaults.output, 0)
  return { nodes: builder.nodes, words: builder.words }
}

/** What the stages of a chain have become. */
interface Built {
  /** What a stage behind them has coming in. */
  readonly node: number
  readonly outputs: number
  readonly endsInBranch: boolean
}

class PipelineBuilder {
  readonly nodes: PlanNode[] = []
  readonly words = new Map<number, number>()

  add(
    category: PlanNode['category'],
    command: string,
    values: Values,
    inputs: readonly number[],
    label: string,
    word: number,
  ): number {
    const id = this.nodes.length
    this.nodes.push({ id, category, command, values, inputs, label })
    this.words.set(id, word)
    return id
  }

  /** @param from what a branch has coming in. */
  async stream(chain: Chain, mayOutput: boolean, from?: number): Promise<Built> {
    let node = from
    let outputs = 0
    let hasOperator = false
    for (const stage of chain.stages) {
      const values = await stageValues(stage)
      const { category, name } = stage.record
      const word = stage.name.index
      const label = labelOf(stage)
      if (category === 'source') {
        if (from !== undefined)
          throw new WordError(word, `the source ${name} stands in a branch, which has its stream already`)
        if (hasOperator) {
          throw new WordError(
            word,
            `the source ${name} stands behind an operator`,
            'Sources come first; a second stream stands in brackets: join [ … ].',
          )
        }
        const source = this.add('source', name, values, [], label, word)
        node = node === undefined ? source : this.add('operator', 'union', {}, [node, source], 'union', word)
        continue
      }
      node ??= this.#standardInput(word)
      hasOperator = true
      if (category === 'output') {
        if (!mayOutput) throw new WordError(word, 'a second stream has no output of its own')
        if (stage.stream !== undefined) {
          await this.#branch(stage, node)
          continue
        }
        this.add('output', name, values, [node], label, word)
        outputs += 1
        continue
      }
      if (outputs > 0) {
        throw new WordError(
          word,
          `the operator ${name} stands behind an output`,
          'Outputs come last; tap shows what passes in the middle.',
        )
      }
      const inputs = stage.stream === undefined ? [node] : [node, await this.#second(stage.stream, word)]
      node = this.add('operator', name, values, inputs, label, word)
    }
    node ??= this.#standardInput(0)
    const endsInBranch = chain.stages.at(-1)?.record.name === 'tee'
    return { node, outputs, endsInBranch }
  }

  async #branch({ name, stream }: Stage, from: number): Promise<void> {
    if (stream === undefined || 'file' in stream) return
    const { outputs, endsInBranch } = await this.stream(stream, true, from)
    if (outputs > 0 || endsInBranch) return
    throw new WordError(
      stream.stages.at(-1)?.name.index ?? name.index,
      'this branch has no output',
      "Write print, emit or another output before ']'.",
    )
  }

  #standardInput(word: number): number {
    if (this.nodes.some(({ command }) => command === 'stdin')) {
      throw new WordError(
        word,
        'only one stream can read standard input',
        'Begin the second stream with a source.',
      )
    }
    return this.add('source', 'stdin', {}, [], 'stdin', word)
  }

  async #second(stream: Chain | { readonly file: string }, word: number): Promise<number> {
    if ('file' in stream)
      return this.add('source', 'table', { file: stream.file }, [], `@${stream.file}`, word)
    return (await this.stream(stream, false)).node
  }
}

/** Return the words of a stage as they were typed, on one line. */
function labelOf(stage: Stage): string {
  const flags = stage.flags.map(({ record, value }) => ({
    index: value?.index ?? 0,
    text: value === undefined ? `--${record.name}` : `--${record.name} ${quoteWord(value.text)}`,
  }))
  const words = [stage.name, ...stage.args].map(({ text }) => quoteWord(text))
  return [...words, ...flags.map(({ text }) => text)].join(' ').replace(/\s+/g, ' ')
}
