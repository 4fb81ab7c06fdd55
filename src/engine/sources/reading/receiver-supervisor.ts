import { reasonOf } from '../../plan/describe.ts'
import { formatDuration } from '../../plan/duration.ts'
import { SourceError } from '../../plan/errors.ts'
import type { Receiver as UserReceiver } from '../../stream/receiver.ts'
import type { Receiver } from '../record.ts'
import { pause } from './pause.ts'

/** Spark's `spark.streaming.receiverRestartDelay`, in milliseconds. */
export const RESTART_DELAY = 2000

/**
 * Run a receiver of a program until it stops or the context does (Spark: `ReceiverSupervisorImpl`).
 * Rejects with SourceError where it cannot be started.
 */
export function supervise(user: UserReceiver<unknown>, receiver: Receiver, streamId: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let state: 'initialized' | 'started' | 'stopped' = 'initialized'
    let isOver = false
    const fail = (error: unknown): void =>
      reject(new SourceError(`a receiver cannot be started: ${reasonOf(error)}`))
    /** What `onStop` throws must not keep the context from ending. */
    const halt = async (): Promise<void> => {
      if (state !== 'started') return
      state = 'stopped'
      try {
        await user.onStop()
      } catch (error) {
        receiver.report(`a receiver failed as it stopped: ${reasonOf(error)}`)
      }
    }
    const begin = async (): Promise<void> => {
      state = 'started'
      await user.onStart()
    }
    const over = (): void => {
      isOver = true
      resolve()
    }
    user.attach({
      streamId,
      get state() {
        return state
      },
      one: (element) => {
        if (!isOver) receiver.add(element)
      },
      many: (elements) => {
        if (!isOver) receiver.store(elements)
      },
      ready: () => receiver.ready(),
      stored: () => receiver.stored(),
      restart: (message, error, delay = receiver.settings.receiverRestartDelay ?? RESTART_DELAY) => {
        if (state !== 'started' || isOver) return
        const reason = error === undefined ? message : `${message}: ${reasonOf(error)}`
        receiver.report(`${reason}; starting the receiver again in ${formatDuration(delay)}`)
        void halt()
        receiver.tell('stopped', message, error)
        void pause(delay, receiver.signal)
          .then(async () => {
            if (isOver) return
            receiver.tell('started')
            await begin()
          })
          .catch(fail)
      },
      stop: (message, error) => {
        if (isOver) return
        const reason = error === undefined ? message : `${message}: ${reasonOf(error)}`
        if (reason !== '') receiver.report(reason)
        void halt()
        receiver.tell('stopped', message, error)
        receiver.end()
        over()
      },
      error: (message, error) => {
        receiver.report(error === undefined ? message : `${message}: ${reasonOf(error)}`)
        receiver.tell('error', message, error)
      },
    })
    receiver.signal.addEventListener('abort', () => {
      over()
      void halt()
    })
    begin().catch(fail)
  })
}
