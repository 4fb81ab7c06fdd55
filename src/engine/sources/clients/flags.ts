import { UsageError } from '../../plan/errors.ts'
import type { FlagRecord } from '../../plan/record.ts'
import { redact } from '../../plan/redact.ts'
import type { SourceCall } from '../record.ts'

/** The flags of each source that connects to a URL. */
export const CLIENT_FLAGS: readonly FlagRecord[] = [
  {
    name: 'retry',
    type: 'duration',
    summary: 'how long to wait before connecting again, at first; 2s where absent',
  },
  { name: 'once', type: 'boolean', summary: 'end when the server closes the connection' },
  {
    name: 'token-env',
    type: 'string',
    summary: 'the environment variable that holds a token, which is sent as Authorization: Bearer',
  },
]

/** Return the URL of a stage, which has one of the `protocols`; throws UsageError. */
export function urlOf(call: SourceCall, stage: string, protocols: readonly string[]): URL {
  const text = call.string('url')
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !protocols.includes(url.protocol))
    throw new UsageError(
      `${stage} expects a URL, got ${redact(text)}`,
      `It begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}.`,
    )
  return url
}

/** Return the header that says who asks: by a token, or by name and password of the URL. */
export function authorizationOf(call: SourceCall, url: URL, stage: string): Record<string, string> {
  const name = call.value('token-env') as string | undefined
  if (name !== undefined) {
    const token = process.env[name]
    if (token === undefined || token === '')
      throw new UsageError(`${stage}: the environment has no ${name}, which --token-env names`)
    return { authorization: `Bearer ${token}` }
  }
  return basicAuthorization(url)
}

/** Return the header of the name and password in a URL; none where it has no name. */
export function basicAuthorization(url: URL): Record<string, string> {
  if (url.username === '') return {}
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
  return { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` }
}

/** Return a URL without name and password, which clients refuse or show. */
export function withoutCredentials(url: URL): URL {
  const bare = new URL(url)
  bare.username = ''
  bare.password = ''
  return bare
}

/** True for an answer that stays the same however often one asks. */
export function isFinal(status: number): boolean {
  return status >= 400 && status < 500 && ![408, 421, 425, 429].includes(status)
}
