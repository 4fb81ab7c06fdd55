import type { ElementFaults } from './element-faults.ts'
import type { ElementForm, MessageReader } from './messages.ts'
import type { ReaderContext } from './range-reader.ts'
import { registryAddress } from './registry/registry-address.ts'

/**
 * Return what decodes messages by a registry's schemas; loaded with the first of them.
 *
 * @throws UsageError where `url` is none.
 */
export function lazyRegistry(
  url: string,
  form: ElementForm,
  faults: ElementFaults,
  context: ReaderContext,
): MessageReader {
  const address = registryAddress(url)
  let loading: Promise<MessageReader> | undefined
  return async (batches, range) => {
    loading ??= import('./registry/registry-reader.ts').then(({ registryReader }) =>
      registryReader(address, form, faults, context),
    )
    return (await loading)(batches, range)
  }
}
