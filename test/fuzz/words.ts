import { contextOptions } from '../../src/cli/context-options.ts'
import { parseChain } from '../../src/cli/grammar.ts'
import { buildPipeline } from '../../src/cli/pipeline.ts'
import { records } from '../../src/engine/registry.ts'
import { expectClear, type Target } from './target.ts'

const NAMES = records.map(({ name }) => name)
const FLAGS = records.flatMap((record) => record.flags.map(({ name }) => `--${name}`))

/** The command line: a word a line. It is a pipeline, or an error of usage. */
export const grammarTarget: Target = {
  name: 'grammar',
  corpus: 'grammar',
  runs: 300,
  words: [...NAMES, ...FLAGS, '\n', '[', ']', '@', '1s', '-1', '1e999', '=>', '__proto__'].map(
    (word) => `\n${word}\n`,
  ),
  seeds: async () => NAMES.map((name) => Buffer.from(`flatmap\nsplit\n${name}\n1\nemit`)),
  run: async (bytes) => {
    const words = Buffer.from(bytes).toString().split('\n').slice(0, 50)
    try {
      const line = await parseChain(words)
      await contextOptions(line.context)
      await buildPipeline(line.chain, { output: 'emit' })
    } catch (error) {
      expectClear((error as Error).name, (error as Error).message)
    }
  },
}
