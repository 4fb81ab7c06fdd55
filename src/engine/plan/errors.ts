/** Exit codes of the command line, design.md §2. */
export const EXIT = { ok: 0, failed: 1, usage: 2, dropped: 3 } as const

/** The pipeline as written cannot run: shown with the chain and a caret; exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  /** What the user could do, one sentence; printed on a line of its own. */
  readonly hint: string | undefined
  /** The stage it is about, by its place in the plan, where the thrower knows it. */
  readonly node: number | undefined

  constructor(message: string, hint?: string, node?: number) {
    super(message)
    this.hint = hint
    this.node = node
  }
}

/** A batch failed in a stage: shown with stage, element and reason, without a stack; exit code 1. */
export class StageError extends Error {
  override readonly name = 'StageError'
  /** The words of the stage. */
  readonly stage: string
  /** The element at hand, as JSON cut to one line; absent where no single element is to blame. */
  readonly element: string | undefined

  constructor(stage: string, reason: string, element?: string, cause?: unknown) {
    super(reason, cause === undefined ? undefined : { cause })
    this.stage = stage
    this.element = element
  }
}

/** A source cannot go on: a missing file, a line over `--max-line`, a port in use; exit code 1. */
export class SourceError extends Error {
  override readonly name = 'SourceError'
  readonly hint: string | undefined

  constructor(message: string, hint?: string) {
    super(message)
    this.hint = hint
  }
}
