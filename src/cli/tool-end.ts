import { EXIT } from '../engine/plan/errors.ts'
import { terminalWidth } from './screen/colour.ts'
import { describeError } from './show-error.ts'
import { ReaderClosed, writeError } from './standard-output.ts'

/** Say why a command that is no stage has ended, and return its exit code; a reader that has seen enough is no failure. */
export function endTool(error: unknown, argv: readonly string[]): number {
  if (error instanceof ReaderClosed) return EXIT.ok
  const width = terminalWidth({ columns: undefined }, process.env)
  const { text, code } = describeError(error, { argv, width, debug: argv.includes('--debug') })
  writeError(text)
  return code
}
