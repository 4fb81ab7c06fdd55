import type { SourceError } from '../../plan/errors.ts'
import type { Receiver, TextInput } from '../record.ts'

/** Return host and port as one word: `localhost:9999`, `[::1]:9999`. */
export function addressOf(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

const CUT_OFF = 'cut off by the end of its connection'

/**
 * End the input of a closed connection. A record cut off in the middle is what a broken connection leaves:
 * it is reported and counted as dropped, and the other connections go on.
 *
 * @param isBroken the connection was reset: what has no end yet is not the sender's last line, but half of one.
 */
export function endConnection(input: TextInput, receiver: Receiver, isBroken: boolean): void {
  if (isBroken) {
    if (input.held > 0) receiver.drop(1, CUT_OFF)
    input.discard()
    return
  }
  try {
    input.end()
  } catch (error) {
    if ((error as Error).name !== 'SourceError') throw error
    receiver.report((error as SourceError).message)
    receiver.drop(1, CUT_OFF)
  }
}
