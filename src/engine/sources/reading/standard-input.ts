import { read } from 'node:fs'
import { SourceError } from '../../plan/errors.ts'
import type { FramingKind } from '../framing/framer.ts'
import type { Receiver, TextInput } from '../record.ts'
import { codeOf, sourceError } from './errors.ts'
import { CHUNK_BYTES } from './file.ts'

const STANDARD_INPUT = 0
const NAME = 'stdin'

/**
 * Hand over standard input until it ends or the context stops, reading nothing while the receiver is full.
 * A read that waits for input cannot be called off: it keeps the process alive unless that exits by itself.
 * Rejects with SourceError for a directory, or a terminal that this process may not read.
 */
export async function readStandardInput(receiver: Receiver, framing: FramingKind): Promise<void> {
  const { signal } = receiver
  const input = receiver.open(NAME, framing)
  const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES)
  let abandon = (): void => undefined
  const onAbort = (): void => abandon()
  signal.addEventListener('abort', onAbort)
  try {
    while (!signal.aborted) {
      if (receiver.full) {
        await receiver.ready()
        continue
      }
      const length = await new Promise<number>((resolve, reject) => {
        abandon = () => resolve(0)
        read(STANDARD_INPUT, buffer, 0, CHUNK_BYTES, null, (error, count) =>
          error ? reject(error) : resolve(count),
        )
      })
      if (signal.aborted) return
      if (length === 0) {
        input.end()
        return
      }
      input.write(buffer.subarray(0, length))
    }
  } catch (error) {
    // Someone has made the descriptor non-blocking: only the event loop can wait on it.
    if (codeOf(error) === 'EAGAIN') await readEvents(receiver, input)
    else throw explain(error)
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

async function readEvents(receiver: Receiver, input: TextInput): Promise<void> {
  const { stdin } = process
  const { signal } = receiver
  const stop = (): void => {
    stdin.destroy()
  }
  signal.addEventListener('abort', stop)
  try {
    for await (const chunk of stdin) {
      if (signal.aborted) return
      input.write(chunk as Buffer)
      if (receiver.full) await receiver.ready()
    }
    if (!signal.aborted) input.end()
  } catch (error) {
    if (!signal.aborted) throw explain(error)
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

function explain(error: unknown): SourceError {
  if (codeOf(error) === 'EISDIR')
    return new SourceError('stdin: is a directory', 'files DIR reads a directory')
  if (codeOf(error) === 'EIO') {
    return new SourceError(
      'stdin: the terminal cannot be read',
      'a job in the background needs < FILE, or a pipe',
    )
  }
  return sourceError(NAME, error)
}
