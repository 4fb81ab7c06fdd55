import * as Args from '@oclif/core/args'
import { Command } from '@oclif/core/command'
import * as Flags from '@oclif/core/flags'

/** `dstream functions [NAME]`: the built-in functions, or one with its examples run. */
export default class Functions extends Command {
  static override summary = 'List the built-in functions, or show one with its examples run.'
  static override args = {
    name: Args.string({ description: 'a function, such as split', ignoreStdin: true }),
  }
  static override flags = { json: Flags.boolean({ description: 'as JSON, with parameters and examples' }) }
  static override examples = ['dstream functions', 'dstream functions split', 'dstream functions --json']

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(Functions)
    const [{ functionsJson, renderFunctions }, { renderFunction }, { listStyleOf, styleOf }, { show }] =
      await Promise.all([
        import('../cli/help/lists.ts'),
        import('../cli/help/function-page.ts'),
        import('../cli/help/style.ts'),
        import('../cli/help/show.ts'),
      ])
    const { stdout, env } = process
    if (args.name === undefined) {
      return show(flags.json ? functionsJson() : renderFunctions(listStyleOf(stdout, env)))
    }
    const record = await find(args.name)
    await show(flags.json ? functionsJson([record]) : await renderFunction(record, styleOf(stdout, env)))
  }
}

async function find(word: string): Promise<import('../functions/record.ts').FunctionRecord> {
  const { findFunction, functions } = await import('../functions/registry.ts')
  const record = findFunction(word.split(':')[0] as string)
  if (record !== undefined) return record
  const { didYouMean, shownWord, WordError } = await import('../cli/usage.ts')
  const names = functions.flatMap(({ name, aliases = [] }) => [name, ...aliases])
  throw new WordError(
    process.argv.slice(2).indexOf(word),
    `there is no function ${shownWord(word)}`,
    (await didYouMean(word, names)) ?? 'dstream functions lists all of them.',
  )
}
