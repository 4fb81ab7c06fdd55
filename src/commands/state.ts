import * as Args from '@oclif/core/args'
import { Command } from '@oclif/core/command'
import * as Flags from '@oclif/core/flags'

/** `dstream state ls|show|diff DIR`: what the stages of a checkpoint keep. */
export default class State extends Command {
  static override summary = 'Show what the stages of a checkpoint keep.'
  static override description =
    'ls lists the stages and sources of a checkpoint, with the line that wrote it; show writes the keys and values of a ' +
    'stage, sorted by key; diff tells which keys were added, removed or changed between the two last snapshots of one ' +
    'directory, or between two directories. All is as of the last snapshot: what the log holds behind it comes when the ' +
    'pipeline is resumed. Nothing is changed, and a pipeline may work with the directory meanwhile. Damaged files are ' +
    'named, and the exit code is then 1.'
  static override args = {
    action: Args.string({ description: 'ls, show or diff', required: true, ignoreStdin: true }),
    directory: Args.string({
      description: 'the directory of a checkpoint',
      required: true,
      ignoreStdin: true,
    }),
    other: Args.string({
      description: 'show: a stage, by its words or its command; diff: another directory',
      ignoreStdin: true,
    }),
  }
  static override flags = {
    format: Flags.string({
      description: 'how rows are written; a table on a terminal and in a file, else tsv',
      options: ['table', 'json', 'csv', 'tsv'],
    }),
    limit: Flags.string({ description: 'write at most so many rows; 50 in a table', helpValue: '<integer>' }),
    quiet: Flags.boolean({ char: 'q', description: 'say nothing on stderr but errors' }),
  }
  static override strict = false
  static override examples = [
    'dstream state ls ~/.cache/words',
    'dstream state show ~/.cache/words update-state-by-key | head',
    'dstream state show ~/.cache/words --format json --limit 5',
    'dstream state diff ~/.cache/words',
  ]

  override async run(): Promise<void> {
    const { runState } = await import('../cli/state/run-state.ts')
    process.exitCode = await runState(['state', ...this.argv])
  }
}
