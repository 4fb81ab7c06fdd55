import * as Args from '@oclif/core/args'
import { Command } from '@oclif/core/command'

/** `dstream resume DIR`: the line that wrote a checkpoint, again. */
export default class Resume extends Command {
  static override summary = 'Run the line that wrote a checkpoint again, and go on where it was.'
  static override description =
    'The words of the line are in the checkpoint. Files and modules that they name are looked up from the folder in which ' +
    'resume runs. Flags of the context may follow, for this run only: --yes, --timeout 1m, --quiet. A line that holds a ' +
    'password has to be run itself, as has a program.'
  static override args = {
    directory: Args.string({
      description: 'the directory of a checkpoint',
      required: true,
      ignoreStdin: true,
    }),
    flags: Args.string({ description: 'flags of the context: dstream help flags', ignoreStdin: true }),
  }
  static override strict = false
  static override examples = ['dstream resume ~/.cache/words', 'dstream resume ~/.cache/words --timeout 1m']

  override async run(): Promise<void> {
    const { runResume } = await import('../cli/resume/run-resume.ts')
    process.exitCode = await runResume(['resume', ...this.argv])
  }
}
