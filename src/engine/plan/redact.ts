/** The password in an address: what stands between the first colon behind `//` and the last `@` before the path. */
const PASSWORD = /(\b[a-z][a-z\d+.-]*:\/\/[^\s/:@'"]*):[^\s/'"]*@/gi

/** Return a text without the passwords of the addresses in it, as it may be shown and written down. */
export function redact(text: string): string {
  return text.includes('://') ? text.replace(PASSWORD, '$1:***@') : text
}
