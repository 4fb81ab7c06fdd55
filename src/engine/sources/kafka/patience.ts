import { formatDuration } from '../../plan/duration.ts'
import { SourceError } from '../../plan/errors.ts'
import { pause } from '../reading/pause.ts'
import type { PullContext } from '../record.ts'
import { KafkaGone, TopicGone } from './driver.ts'

/** Milliseconds between two tries where no broker answers. */
const RETRY = 500
/** Milliseconds in which the first answer must come. */
const FIRST_ANSWER = 3000

/** Asks brokers until they answer. */
export class Patience {
  readonly #brokers: string
  readonly #context: Pick<PullContext, 'clock' | 'signal' | 'report'>
  /** Whether a broker has answered, ever: what fails before is a mistake of who wrote the line. */
  #hasAnswered = false

  constructor(brokers: string, context: Pick<PullContext, 'clock' | 'signal' | 'report'>) {
    this.#brokers = brokers
    this.#context = context
  }

  /**
   * Ask until an answer comes, and say that none does; undefined where the context stops meanwhile.
   *
   * @throws SourceError where no broker has ever answered.
   */
  async ask<T>(question: () => Promise<T>): Promise<T | undefined> {
    const { signal, report, clock } = this.#context
    const began = clock.now()
    let hasSaid = false
    for (;;) {
      try {
        const answer = await question()
        this.#hasAnswered = true
        if (hasSaid) report(`kafka: ${this.#brokers} answers again`)
        return answer
      } catch (error) {
        if (!(error instanceof KafkaGone || error instanceof TopicGone)) throw error
        if (signal.aborted) return undefined
        const reason = `kafka: ${this.#brokers}: ${error.message}`
        if (!this.#hasAnswered && clock.now() - began >= FIRST_ANSWER)
          throw new SourceError(reason, 'Is the broker there, and is its address that of --brokers?')
        if (!hasSaid) report(`${reason}; trying again every ${formatDuration(RETRY)}`)
        hasSaid = true
        await pause(RETRY, signal)
      }
    }
  }
}
