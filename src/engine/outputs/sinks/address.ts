/** A URL that names several servers, apart: what stands before them, they, and the rest. */
const SEVERAL = /^([a-z][a-z\d+.-]*:\/\/(?:[^/?#]*@)?)([^/?#@]+,[^/?#@]+)(.*)$/i

/** Return a text as a URL with its first server, and all of its servers; undefined where it is no URL. */
export function addressOf(
  text: string,
): { readonly url: URL; readonly hosts: readonly string[] } | undefined {
  const [, before = '', servers, after = ''] = SEVERAL.exec(text) ?? []
  const hosts = servers?.split(',').filter((host) => host !== '') ?? []
  const one = servers === undefined ? text : `${before}${hosts[0] ?? ''}${after}`
  if (!URL.canParse(one)) return undefined
  const url = new URL(one)
  return { url, hosts: servers === undefined ? [url.host] : hosts }
}

/** Return the file that `sqlite:PATH` names, with or without two slashes. */
export function pathOf({ href, protocol }: URL): string {
  return decodeURIComponent(href.slice(protocol.length).replace(/^\/\/(?=\/|[^/])/, ''))
}
