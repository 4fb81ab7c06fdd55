/** Milliseconds after which a browser that has given up is asked to try again. */
const AGAIN = 2000

/**
 * Read a channel of events for as long as the page is open. The browser connects again by itself, and is made to where
 * it gives up: an answer that is no channel, as a proxy gives it, or a connection that died without a word.
 *
 * @param connected is told how it stands, so that a page never shows old figures as if they were new.
 * @param silence milliseconds without an event after which a connection counts as dead; never where absent.
 */
export function readEvents(
  path: string,
  told: (data: unknown) => void,
  connected: (isConnected: boolean) => void,
  silence?: number,
): void {
  let last = performance.now()
  const open = (): EventSource => {
    const source = new EventSource(path)
    source.onopen = () => {
      last = performance.now()
      connected(true)
    }
    source.onerror = () => connected(false)
    source.onmessage = ({ data }: MessageEvent<string>) => {
      last = performance.now()
      told(JSON.parse(data))
    }
    return source
  }
  let source = open()
  setInterval(() => {
    const isSilent = silence !== undefined && performance.now() - last > silence
    if (source.readyState !== EventSource.CLOSED && !isSilent) return
    source.close()
    connected(false)
    last = performance.now()
    source = open()
  }, AGAIN)
}
