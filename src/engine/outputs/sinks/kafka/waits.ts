import { KafkaGone } from '../../../sources/kafka/driver.ts'
import { pause } from '../../../sources/reading/pause.ts'
import { isUnderWay } from './writer-errors.ts'

/** Milliseconds that a transaction may take, and a broker for its copies. */
export const TRANSACTION = 60_000
/** Milliseconds after which the broker has ended a transaction, and the wait for one before it is over too. */
export const SURELY_ENDED: number = 2 * TRANSACTION
/** Milliseconds for a first answer: a port that takes connections and says nothing is none of a broker. */
const ANSWER = 6000
/** Milliseconds between two questions whether an earlier transaction has ended. */
const ENDING = 20
/** Milliseconds that the end of a connection may take. */
const CLOSE = 2000

const NEVER = new AbortController().signal

/** Ask again while an earlier transaction of the same name ends, which takes no longer than one may. */
export async function patiently<T>(question: () => Promise<T>): Promise<T> {
  for (let waited = 0; ; waited += ENDING) {
    try {
      return await question()
    } catch (error) {
      if (waited >= TRANSACTION || !isUnderWay(error)) throw error
      await pause(ENDING, NEVER)
    }
  }
}

/** Return an answer, which must come at once where a broker listens, or in the time that is given. */
export async function answered<T>(answer: Promise<T>, milliseconds: number = ANSWER): Promise<T> {
  const ended = new AbortController()
  const none = pause(milliseconds, ended.signal).then(() => {
    throw new KafkaGone(`no answer in ${milliseconds / 1000} s`)
  })
  try {
    return await Promise.race([answer, none])
  } finally {
    // Rejected with nobody to hear it, once the race has ended.
    none.catch(() => {})
    ended.abort()
  }
}

/** Wait for an end, but not for long, and not for its error. */
export async function briefly(end: Promise<unknown>): Promise<void> {
  const ended = new AbortController()
  await Promise.race([end.catch(() => {}), pause(CLOSE, ended.signal)])
  ended.abort()
}
