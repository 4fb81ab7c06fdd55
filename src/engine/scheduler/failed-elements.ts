import type { OutputPort } from '../outputs/record.ts'
import { ElementErrors, type OnError } from '../plan/element-errors.ts'
import type { ListenerBus } from './listener.ts'

/** What of a run's options decides what happens. */
export interface FailureOptions {
  /** What happens when a function fails for an element; the batch fails where absent. */
  readonly onError?: OnError
}

/** The run whose elements may fail. */
interface Run {
  readonly listeners: ListenerBus
  readonly terminated: Promise<void>
  fail(error: unknown): void
}

/**
 * Return what keeps the elements of a run at which a function failed: told and written when their batch is done.
 *
 * @param time that of the batch that is open.
 * @throws UsageError where the file of `--on-error` cannot be opened.
 */
export function failedElements(
  run: Run,
  { port, onError = 'fail' }: FailureOptions & { readonly port: OutputPort },
  drop: (count: number, reason: string) => void,
  time: () => number,
): ElementErrors {
  const errors = new ElementErrors(onError, { report: port.report, drop, time })
  const flush = (): void => {
    try {
      errors.flush()
    } catch (error) {
      run.fail(error)
    }
  }
  run.listeners.add({ onBatchCompleted: flush })
  const close = (): void => {
    flush()
    errors.close()
  }
  run.terminated.then(close, close)
  return errors
}
