import * as Args from '@oclif/core/args'
import { Command } from '@oclif/core/command'
import * as Flags from '@oclif/core/flags'

/** `dstream replay FILE`: the batches of a recording again, through the recorded stages or others. */
export default class Replay extends Command {
  static override summary =
    'Run a recording again: the same batches, at once, through the same stages or others.'
  static override description =
    'FILE is what a pipeline has kept by --record FILE. Without stages, the recorded pipeline runs again, and writes ' +
    'the same bytes to standard output; outputs to other places are not repeated. With stages, those run on the ' +
    'recorded batches: a source that they name, or standard input, is the first of the recording, a second one the ' +
    'second. No one waits for the clock, and nothing is connected to.'
  static override args = {
    file: Args.string({ description: 'the recording', required: true, ignoreStdin: true }),
    stages: Args.string({ description: 'the stages to run on it; those that were recorded where absent' }),
  }
  static override flags = {
    batch: Flags.string({
      description:
        'show one batch only, by its number or its time: 17, 13:05:00, 90s since the start; those before run unseen',
      helpValue: 'N|TIME',
    }),
    step: Flags.boolean({ description: 'wait for Enter between batches; q ends' }),
  }
  static override strict = false
  static override examples = [
    'dstream replay monday.rec',
    'dstream replay monday.rec --batch 17',
    'dstream replay monday.rec --batch 13:05:00 --step',
    'dstream replay monday.rec flatmap split count-by-value top 10',
  ]

  override async run(): Promise<void> {
    const { runReplay } = await import('../cli/replay/run-replay.ts')
    process.exitCode = await runReplay(['replay', ...this.argv])
  }
}
