import { Command } from '@oclif/core/command'
import * as Flags from '@oclif/core/flags'

/** `dstream operators`: every stage that a chain can have. */
export default class Operators extends Command {
  static override summary = 'List all sources, operators and outputs.'
  static override flags = {
    json: Flags.boolean({ description: 'as JSON, with arguments, flags and examples' }),
  }
  static override examples = ['dstream operators', 'dstream operators --json']

  override async run(): Promise<void> {
    const { flags } = await this.parse(Operators)
    const [{ renderStages, stagesJson }, { listStyleOf }, { show }] = await Promise.all([
      import('../cli/help/lists.ts'),
      import('../cli/help/style.ts'),
      import('../cli/help/show.ts'),
    ])
    await show(flags.json ? stagesJson() : renderStages(listStyleOf(process.stdout, process.env)))
  }
}
