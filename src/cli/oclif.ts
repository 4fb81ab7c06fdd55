import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from '@oclif/core/run'
import { UsageError } from '../engine/plan/errors.ts'
import { helpSubject } from './help/subject.ts'
import { terminalWidth } from './screen/colour.ts'
import { describeError } from './show-error.ts'
import { writeError } from './standard-output.ts'

/** Hand a command line that is no chain to oclif: help, version, lists, completion. Returns the exit code. */
export async function runOclif(argv: readonly string[]): Promise<number> {
  try {
    await run(await oclifWords(argv), packageRoot())
    return Number(process.exitCode ?? 0)
  } catch (error) {
    const exit = exitOf(error)
    if (exit === 0) return 0
    const width = terminalWidth(process.stderr, process.env)
    const { text, code } = describeError(exit === undefined ? error : usageError(error as Error, argv), {
      argv,
      width,
      debug: argv.includes('--debug'),
    })
    writeError(text)
    return code
  }
}

/** oclif knows no chains and takes `help` for a plugin's command: both become `COMMAND --help`. */
async function oclifWords(argv: readonly string[]): Promise<string[]> {
  if (argv[0] === 'version') return ['--version']
  const at = argv.findIndex((word) => word === '--help' || word === '-h')
  const asks = argv.length === 0 || argv[0] === 'help' || at >= 0
  if (!asks) return [...argv]
  const start = argv[0] === 'help' || at === 0 ? 1 : 0
  const words = argv.slice(start, at > 0 ? at : undefined)
  const subject = await helpSubject(words, start)
  if (subject === 'dstream') return ['--help']
  if (subject === 'flags') return ['flags', '--help']
  return ['stage' in subject ? subject.stage : subject.tool, '--help']
}

/** The folder of package.json: two above the sources, one above a bundle's chunks. */
function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder)
  return folder
}

/** The exit code of an error of oclif. By shape, for a bundled command has a copy of oclif's classes of its own. */
function exitOf(error: unknown): number | undefined {
  const { oclif, code } = error as { oclif?: { exit?: number }; code?: string }
  if (code === 'EEXIT' && oclif?.exit === 0) return 0
  return oclif === undefined ? undefined : (oclif.exit ?? 2)
}

/** oclif's message begins with a capital, says what is missing on the next line, and points to its own help. */
function usageError(error: Error, argv: readonly string[]): UsageError {
  const [first = '', second = ''] = error.message.split('\n')
  const message = first.endsWith(':') ? `${first} ${second.trim().replace(/\s+/g, ' ')}` : first
  return new UsageError(
    message.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase()),
    `dstream ${argv[0] ?? ''} --help shows how it is used.`,
  )
}
