import type { KafkaMessage } from '../driver.ts'
import { type ElementFaults, rowsWithout } from '../element-faults.ts'
import { type ElementForm, type MessageReader, messagesOf, recordOf, text } from '../messages.ts'
import type { ReaderContext } from '../range-reader.ts'
import type { RegistryAddress } from './registry-address.ts'
import { RegistryClient } from './registry-client.ts'
import { Schemas } from './schemas.ts'

/** What stands before a value: a 0, and the id of its schema in 4 bytes. */
const FRAME = 5

/** Return what makes elements of messages whose values, and keys if they are framed, are decoded by a registry's schemas. */
export function registryReader(
  address: RegistryAddress,
  form: ElementForm,
  faults: ElementFaults,
  context: ReaderContext,
): MessageReader {
  const schemas = new Schemas(new RegistryClient(address, context))
  const readValue = (bytes: Uint8Array | null): unknown => (bytes === null ? null : decoded(schemas, bytes))
  const readKey = (bytes: Uint8Array | null): unknown => {
    const id = idOf(bytes)
    // A key that only looks framed, such as a number of 8 bytes, has an id that no schema has.
    return id === undefined || schemas.of(id) === undefined
      ? text(bytes)
      : decoded(schemas, bytes as Uint8Array)
  }
  return async (batches, range) => {
    const messages = messagesOf(batches, range)
    await schemas.load(idsIn(messages, form !== 'value'))
    return rowsWithout(faults, messages, range, (message) => {
      if (form === 'value') return readValue(message.value)
      if (form === 'key') return [readKey(message.key), readValue(message.value)]
      return recordOf(message, range, readKey, readValue)
    })
  }
}

function idsIn(messages: readonly KafkaMessage[], withKeys: boolean): ReadonlySet<number> {
  const ids = new Set<number>()
  for (const { key, value } of messages) {
    for (const bytes of withKeys ? [key, value] : [value]) {
      const id = idOf(bytes)
      if (id !== undefined) ids.add(id)
    }
  }
  return ids
}

function idOf(bytes: Uint8Array | null): number | undefined {
  if (bytes === null || bytes.length < FRAME || bytes[0] !== 0) return undefined
  return new DataView(bytes.buffer, bytes.byteOffset, FRAME).getUint32(1)
}

function decoded(schemas: Schemas, bytes: Uint8Array): unknown {
  const id = idOf(bytes)
  if (id === undefined)
    throw new TypeError('the value is not framed: a 0 and the id of a schema are expected before it')
  const decode = schemas.of(id)
  if (decode === undefined) throw new TypeError(`the registry has no schema ${id}`)
  return decode(bytes.subarray(FRAME))
}
