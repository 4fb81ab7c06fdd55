import { UsageError } from '../../../plan/errors.ts'

/** Where a registry is, and what lets in. */
export interface RegistryAddress {
  /** Without name and password. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

/**
 * Return the address in a URL, which may have a name and a password.
 *
 * @throws UsageError where it is none of HTTP, without what it says.
 */
export function registryAddress(text: string): RegistryAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new UsageError(
      'kafka: --registry expects http://HOST:PORT or https://…',
      'Such as http://localhost:8081.',
    )
  const [user, password] = [decoded(url.username), decoded(url.password)]
  url.username = ''
  url.password = ''
  const accept = 'application/vnd.schemaregistry.v1+json, application/json'
  const basic = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  return {
    url: url.href.replace(/\/+$/, ''),
    headers: user === '' ? { accept } : { accept, authorization: basic },
  }
}

/** A percent sign that stands for itself is no mistake here. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
