import * as Args from '@oclif/core/args'
import { Command } from '@oclif/core/command'
import * as Flags from '@oclif/core/flags'

/** `dstream test SCRIPT`: a script or a program that runs a pipeline, unchanged, under a virtual clock. */
export default class Test extends Command {
  static override summary =
    'Run a script or program under a virtual clock, and compare what it prints with a file.'
  static override description =
    'SCRIPT is run as it is: a shell script with dstream in it, or a program in JavaScript or TypeScript. Its source ' +
    'gives the lines of the files of --at instead of its own, each at its time; time begins at 0, which is ' +
    '1970-01-01T00:00:00Z, and no one waits for it. Sources are standard input and those that a pipeline names; with ' +
    'several, write --at 0s 2=FILE for the second or --at 0s socket=FILE for the first of that name. Words behind -- ' +
    'are arguments of the script. Exits 1, and shows the lines that differ, where the output is not that of --expect.'
  static override args = {
    script: Args.string({
      description: 'a shell script, or a .ts or .js file',
      required: true,
      ignoreStdin: true,
    }),
  }
  static override flags = {
    at: Flags.string({
      description: 'the lines of a file come at a time, such as 0s or 1500ms; times go up',
      helpValue: 'TIME FILE',
      multiple: true,
    }),
    expect: Flags.string({ description: 'the file that holds what is to come out', helpValue: 'FILE' }),
    update: Flags.boolean({ description: 'write that file instead of comparing with it' }),
    until: Flags.string({ description: 'cut batches up to this time at least', helpValue: 'TIME' }),
    replace: Flags.string({
      description:
        'a program of the script that writes into the pipe of dstream, such as nc: the lines come instead',
      helpValue: 'PROGRAM',
      multiple: true,
    }),
    timeout: Flags.string({
      description: 'how long the script may really take [default: 60s]',
      helpValue: 'DURATION',
      default: '60s',
    }),
  }
  static override strict = false
  static override examples = [
    'dstream test count.sh --at 0s a.txt --at 1s b.txt --expect out.txt',
    'dstream test count.sh --at 0s a.txt --at 1s b.txt --expect out.txt --update',
    'dstream test join.ts --at 0s 1=clicks.txt --at 0s 2=users.txt --expect joined.txt',
  ]

  override async run(): Promise<void> {
    const { runTest } = await import('../cli/test/run-test.ts')
    process.exitCode = await runTest(this.argv)
  }
}
