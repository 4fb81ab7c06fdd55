import { type ElementFaults, rowsWithout } from './element-faults.ts'
import { type MessageReader, messagesOf, recordOf } from './messages.ts'

/** Makes a key or a value of its bytes. */
export type Convert = (bytes: Uint8Array) => unknown

/** Return what makes a record of each message, with functions for keys and values; null stays null. */
export function recordReader(readKey: Convert, readValue: Convert, faults: ElementFaults): MessageReader {
  const nullable =
    (convert: Convert) =>
    (bytes: Uint8Array | null): unknown =>
      bytes === null ? null : convert(bytes)
  const [key, value] = [nullable(readKey), nullable(readValue)]
  return (batches, range) =>
    rowsWithout(faults, messagesOf(batches, range), range, (message) => recordOf(message, range, key, value))
}
