import * as Args from '@oclif/core/args'
import { Command } from '@oclif/core/command'
import * as Flags from '@oclif/core/flags'

/** `dstream ask NAME QUESTION`: the state of a pipeline that runs. */
export default class Ask extends Command {
  static override summary = 'Ask a running pipeline for its state.'
  static override description =
    'top N gives the keys with the greatest values, count how many keys there are, get KEY the value of a key: of the ' +
    'last stage that keeps a state or a window, or of the one that --stage names. batches gives the last batches, state ' +
    'the stages that keep something. NAME is what --name said, or the beginning of the pipeline’s words, or the number of ' +
    'its process. Answers are of the moment between two batches; the pipeline goes on.'
  static override args = {
    name: Args.string({
      description: 'the pipeline, as dstream top shows it',
      required: true,
      ignoreStdin: true,
    }),
    question: Args.string({
      description: 'top N, count, get KEY, batches or state',
      required: true,
      ignoreStdin: true,
    }),
  }
  static override flags = {
    stage: Flags.string({
      description: 'which stage is asked, by the beginning of its words; the last where absent',
    }),
    format: Flags.string({
      description: 'how rows are written; a table on a terminal and in a file, else tsv',
      options: ['table', 'json', 'csv', 'tsv'],
    }),
  }
  static override strict = false
  static override examples = [
    "dstream ask words 'top 5'",
    'dstream ask words get the',
    'dstream ask words batches --format json',
  ]

  override async run(): Promise<void> {
    const { runAsk } = await import('../cli/control/run-ask.ts')
    process.exitCode = await runAsk(['ask', ...this.argv])
  }
}
