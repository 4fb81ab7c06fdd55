import { setTimeout } from 'node:timers/promises'

/**
 * Wait `milliseconds` of the machine's time, or until `signal` is aborted. For polls and retries only: they decide when
 * input is looked for, never what a batch holds, and must go on while a manual clock stands still.
 */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await setTimeout(milliseconds, undefined, { signal })
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
