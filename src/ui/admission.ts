import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** Whether a caller is let in, sent on with a cookie, or refused. */
export type Admission = (
  request: IncomingMessage,
  url: URL,
) =>
  | { readonly redirect?: undefined }
  | { readonly redirect: string; readonly cookie: string }
  | { readonly status: number; readonly reason: string }

const COOKIE = 'dstream-token'

/**
 * Who may see a page. On loopback, everyone on this machine, but no page of another site: a name that is made to mean
 * 127.0.0.1 is not the name of this machine. Elsewhere, who knows the token.
 *
 * @throws TypeError where an address other than loopback is to be bound without a token.
 */
export function admission({ host, token }: { readonly host?: string; readonly token?: string }): Admission {
  const local = isLoopback(host ?? '127.0.0.1')
  if (!local && (token === undefined || token === ''))
    throw new TypeError(`a page on ${host} needs a token: everyone who reaches that address could read it`)
  return (request, url) => {
    if (local && !isLoopback(nameOf(request.headers.host ?? '')))
      return { status: 421, reason: 'this page is for 127.0.0.1 and localhost alone' }
    if (token === undefined || token === '') return {}
    const given = url.searchParams.get('token')
    if (given !== null && equal(given, token)) {
      url.searchParams.delete('token')
      return {
        redirect: `${url.pathname}${url.search}`,
        cookie: `${COOKIE}=${digest(token)}; HttpOnly; SameSite=Strict; Path=/`,
      }
    }
    const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1]
    if (bearer !== undefined && equal(bearer, token)) return {}
    const kept = new RegExp(`(?:^|; )${COOKIE}=([^;]*)`).exec(request.headers.cookie ?? '')?.[1]
    if (kept !== undefined && equal(kept, digest(token))) return {}
    return { status: 401, reason: 'this page wants a token: open the address that ends in ?token=…' }
  }
}

/** Whether an address or name means this machine alone. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}

/** The name in a Host header, without brackets and port. */
function nameOf(host: string): string {
  return /^\[(.+)\](?::\d+)?$/.exec(host)?.[1] ?? host.replace(/:\d+$/, '').toLowerCase()
}

/** Compare without telling by the time it takes how much is right. */
function equal(given: string, expected: string): boolean {
  return timingSafeEqual(Buffer.from(digest(given)), Buffer.from(digest(expected)))
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
