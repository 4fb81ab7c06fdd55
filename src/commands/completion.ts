import * as Args from '@oclif/core/args'
import { Command } from '@oclif/core/command'
import { completionScript, SHELLS, type Shell } from '../cli/completion/script.ts'
import { show } from '../cli/help/show.ts'

/** `dstream completion SHELL`: a completion script, made from the records. */
export default class Completion extends Command {
  static override summary = 'Print a completion script for a shell.'
  static override description =
    'The script knows every stage, function and flag of this version and needs no dstream while you type: ' +
    'print it again after an update.'
  static override args = {
    shell: Args.string({ description: 'the shell', options: [...SHELLS], required: true, ignoreStdin: true }),
  }
  static override examples = [
    `echo 'eval "$(dstream completion bash)"' >> ~/.bashrc`,
    "echo 'source <(dstream completion zsh)' >> ~/.zshrc     # behind compinit",
    'dstream completion fish > ~/.config/fish/completions/dstream.fish',
  ]

  override async run(): Promise<void> {
    const { args } = await this.parse(Completion)
    await show(completionScript(args.shell as Shell))
  }
}
