import { EXIT, SourceError, StageError, UsageError } from '../engine/plan/errors.ts'
import { showCaret, WordError } from './usage.ts'

/** How an error is shown. */
export interface ErrorContext {
  readonly argv: readonly string[]
  /** Words of the command line by node of the plan. */
  readonly words?: ReadonlyMap<number, number>
  readonly width: number
  readonly debug: boolean
}

/** Return what stderr says of an error, and the exit code: usage 2, everything else 1. */
export function describeError(error: unknown, context: ErrorContext): { text: string; code: number } {
  const stack = context.debug && error instanceof Error ? `${error.stack ?? ''}\n${causeOf(error)}` : ''
  if (error instanceof UsageError) {
    const node = error.node === undefined ? undefined : context.words?.get(error.node)
    const index = error instanceof WordError ? error.index : node
    const caret = index === undefined ? '' : `\n${showCaret(context.argv, index, context.width)}\n`
    const hint = error.hint === undefined ? '' : `${caret === '' ? '' : '\n'}  ${error.hint}\n`
    return { text: `dstream: ${error.message}\n${caret}${hint}${stack}`, code: EXIT.usage }
  }
  if (error instanceof StageError) {
    const element = error.element === undefined ? '' : `\n  element: ${error.element}`
    return {
      text: `dstream: ${error.message}\n\n  stage:   ${error.stage}${element}\n${stack}`,
      code: EXIT.failed,
    }
  }
  if (error instanceof SourceError) {
    const hint = error.hint === undefined ? '' : `  ${error.hint}\n`
    return { text: `dstream: ${error.message}\n${hint}${stack}`, code: EXIT.failed }
  }
  const message = error instanceof Error ? error.message : String(error)
  return { text: `dstream: ${message}\n${stack}`, code: EXIT.failed }
}

function causeOf(error: Error): string {
  return error.cause instanceof Error ? `caused by ${error.cause.stack ?? error.cause.message}\n` : ''
}
