import { unlinkSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { Progress } from '../../ui/streaming/progress.ts'
import { safeJson } from '../state/safe-text.ts'
import { type Asked, answerOf, statusOf } from './answers.ts'
import { madeControlFolder, removeStale, socketPath } from './place.ts'
import type { Question } from './protocol.ts'

/** Bytes of a question at the most. */
const LONGEST = 1 << 16
/** Batches that can be asked for. */
const RETAINED = 20

/** What the control socket of a run is opened with. */
export interface ControlOptions extends Omit<Asked, 'progress'> {
  readonly isTimed: boolean
}

/**
 * Open the socket at which a run can be asked; return what closes it. It holds no process: a run that ends, ends.
 *
 * @throws Error where there is no place for it.
 */
export function openControl(options: ControlOptions, onError: (error: Error) => void): () => void {
  const { plan, isTimed, running } = options
  const folder = madeControlFolder()
  const path = socketPath(folder, process.pid)
  const progress = new Progress({ plan, retained: RETAINED, isTimed })
  const asked = { ...options, progress }
  let isBusy = false
  let waiting: (() => void)[] = []
  const listener = {
    onBatchStarted: () => {
      isBusy = true
    },
    onBatchCompleted: () => {
      isBusy = false
      const ready = waiting
      waiting = []
      for (const answer of ready) answer()
    },
  }
  /** Answer between two batches: what a stage keeps is then whole. */
  const answer = (socket: Socket, text: string): void => {
    let said: unknown
    try {
      const question = JSON.parse(text) as Question | { readonly ask: 'status' }
      said = question.ask === 'status' ? statusOf(asked) : answerOf(asked, question)
    } catch (error) {
      said = { error: error instanceof Error ? error.message : String(error) }
    }
    socket.end(`${safeJson(said)}\n`)
  }
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    socket.unref()
    sockets.add(socket)
    let text = ''
    socket.setEncoding('utf8')
    socket.on('error', () => socket.destroy())
    socket.on('close', () => sockets.delete(socket))
    socket.on('data', (chunk: string) => {
      text += chunk
      if (text.length > LONGEST) socket.destroy()
      const end = text.indexOf('\n')
      if (end < 0) return
      socket.removeAllListeners('data')
      const line = text.slice(0, end)
      if (isBusy && !line.includes('"status"')) waiting.push(() => answer(socket, line))
      else answer(socket, line)
    })
  })
  server.on('error', onError)
  // A process of the same number is no more.
  unlink(path)
  server.listen(path)
  removeStale(folder)
  server.unref()
  running.listeners.add(progress)
  running.listeners.add(listener)
  const close = (): void => {
    process.off('exit', close)
    running.listeners.remove(progress)
    running.listeners.remove(listener)
    for (const socket of sockets) socket.destroy()
    server.close()
    unlink(path)
  }
  process.on('exit', close)
  return close
}

function unlink(path: string): void {
  try {
    unlinkSync(path)
  } catch {
    // It was not there.
  }
}
