import { fstatSync, read } from 'node:fs'
import { Socket } from 'node:net'
import { ReadArea } from '../../kernels/read-area.ts'
import { SourceError } from '../../plan/errors.ts'
import type { FramingKind } from '../framing/framing.ts'
import type { Receiver, TextInput } from '../record.ts'
import { codeOf, sourceError } from './errors.ts'
import { CHUNK_BYTES } from './file.ts'

const STANDARD_INPUT = 0
const NAME = 'stdin'

/**
 * Hand over standard input until it ends or the context stops, reading nothing while the receiver is full. Files are
 * read by position-less reads; pipes, sockets and terminals by the event loop, for a read that waits for input in
 * another thread would keep the process from ending.
 * Rejects with SourceError for a directory, or a terminal that this process may not read.
 */
export async function readStandardInput(receiver: Receiver, framing: FramingKind): Promise<void> {
  const input = receiver.open(NAME, framing)
  try {
    const stat = fstatSync(STANDARD_INPUT)
    if (stat.isFIFO() || stat.isSocket()) await readPipe(receiver, input)
    else if (stat.isCharacterDevice()) await readStream(receiver, input)
    else await readFile(receiver, input)
  } catch (error) {
    if (!receiver.signal.aborted) throw explain(error)
  }
}

/** Read into one buffer: no allocation and no stream between the pipe and the framer. */
function readPipe(receiver: Receiver, input: TextInput): Promise<void> {
  const { signal } = receiver
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => {
      socket?.destroy()
      reject(error)
    }
    const callback = (length: number, buffer: Uint8Array): boolean => {
      if (signal.aborted) return false
      try {
        input.write(buffer.subarray(0, length))
      } catch (error) {
        fail(error)
        return false
      }
      if (!receiver.full) return true
      receiver.ready().then(() => socket?.resume(), fail)
      return false
    }
    const socket = openPipe({ buffer: new ReadArea(CHUNK_BYTES).bytes, callback })
    if (socket === undefined) {
      readStream(receiver, input).then(resolve, reject)
      return
    }
    const stop = (): void => {
      socket.destroy()
      resolve()
    }
    signal.addEventListener('abort', stop)
    socket.on('end', () => {
      signal.removeEventListener('abort', stop)
      try {
        input.end()
        resolve()
      } catch (error) {
        reject(error)
      }
    })
    socket.on('error', fail)
    socket.resume()
  })
}

/** Return descriptor 0 as a socket that reads into our buffer; undefined where someone has opened `process.stdin`. */
function openPipe(onread: {
  readonly buffer: Uint8Array
  readonly callback: (length: number, buffer: Uint8Array) => boolean
}): Socket | undefined {
  const options = { fd: STANDARD_INPUT, readable: true, writable: false, onread }
  try {
    // The types know onread for connections only; Node takes it for descriptors too (lib/net.js, Socket).
    const socket = new Socket(options as ConstructorParameters<typeof Socket>[0])
    // Whoever asks for standard input from now on, if only by importing node:process, must not open it again.
    Object.defineProperty(process, 'stdin', { configurable: true, enumerable: true, get: () => socket })
    return socket
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return undefined
    throw error
  }
}

async function readFile(receiver: Receiver, input: TextInput): Promise<void> {
  const { signal } = receiver
  const buffer = new ReadArea(CHUNK_BYTES).bytes
  while (!signal.aborted) {
    if (receiver.full) {
      await receiver.ready()
      continue
    }
    const length = await new Promise<number>((resolve, reject) => {
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
}

/** A terminal, or a device such as /dev/null or /dev/urandom: whatever Node makes of it. */
async function readStream(receiver: Receiver, input: TextInput): Promise<void> {
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
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

function explain(error: unknown): SourceError {
  if (error instanceof SourceError) return error
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
