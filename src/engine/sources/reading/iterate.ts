import { stageError } from '../../plan/describe.ts'
import { SourceError } from '../../plan/errors.ts'
import type { Receiver } from '../record.ts'

/**
 * Store what an iterable gives, one element after the other, as long as there is room and the context runs. Rejects with
 * SourceError where `elements` is no iterable, with a StageError where it throws.
 */
export async function storeAll(elements: unknown, receiver: Receiver, label: string): Promise<void> {
  const { signal } = receiver
  try {
    const iterator = iteratorOf(elements)
    const stop = (): void => void Promise.resolve(iterator.return?.()).catch(() => {})
    signal.addEventListener('abort', stop)
    let isWaiting = 0
    while (!signal.aborted) {
      const { done, value } = await iterator.next()
      if (done === true || signal.aborted) break
      receiver.add(value)
      if (receiver.full) await receiver.ready()
      // A generator that never waits must let clocks and signals have their turn.
      if (++isWaiting % TURN === 0) await new Promise<void>((resolve) => setImmediate(resolve))
    }
    signal.removeEventListener('abort', stop)
  } catch (error) {
    if (error instanceof SourceError) throw error
    throw stageError(label, undefined, error)
  }
}

/** Elements after which others have their turn. */
const TURN = 1024

function iteratorOf(elements: unknown): AsyncIterator<unknown> | Iterator<unknown> {
  if (typeof elements === 'object' && elements !== null) {
    if (Symbol.asyncIterator in elements) return (elements as AsyncIterable<unknown>)[Symbol.asyncIterator]()
    if (Symbol.iterator in elements) return (elements as Iterable<unknown>)[Symbol.iterator]()
  }
  const got = elements === null ? 'null' : typeof elements
  throw new SourceError(
    `a source's function returns its elements, a list or a generator; this one returned ${got}`,
  )
}
