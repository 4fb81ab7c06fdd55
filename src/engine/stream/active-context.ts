import { UsageError } from '../plan/errors.ts'

/** The one context of this process that is running, and where it was started. */
let active: { readonly context: object; readonly place: string } | undefined

/** Return the context that is running, if there is one. */
export function activeContext(): object | undefined {
  return active?.context
}

/**
 * Throw where another context is running: two would share the process's threads, clock and output, and Spark has one.
 *
 * @throws UsageError saying where the other one was started.
 */
export function assertNoOtherActive(): void {
  if (active === undefined) return
  throw new UsageError(
    `another context of this process is running, started ${active.place}; only one can run at a time`,
    'Stop it first, or put the streams of both into one context: it may have any number of sources and outputs.',
  )
}

/** From now on `context` is the one that is running. */
export function activate(context: object): void {
  // The first line that is not of dstream's own methods: error, activate, start.
  const line = new Error().stack?.split('\n')[3]?.trim() ?? 'somewhere'
  active = { context, place: line.replace('file://', '') }
}

/** `context` runs no more. */
export function deactivate(context: object): void {
  if (active?.context === context) active = undefined
}
