import { LISTENER_EVENTS, type StreamingListener } from './listener.ts'

/**
 * Return a listener that writes each event as a line of JSON: `{"event":"onBatchCompleted","batchInfo":{…}}`, a map as an
 * object of its entries.
 *
 * @param write takes a line with its line end.
 */
export function eventLog(write: (line: string) => void): StreamingListener {
  // Whether a batch waits is a matter of the machine; of the same input, the log is the same.
  const methods = LISTENER_EVENTS.filter((event) => event !== 'onBatchQueued').map((event) => [
    event,
    (details: object) => write(`${JSON.stringify({ event, ...details }, plainMap)}\n`),
  ])
  return Object.fromEntries(methods) as StreamingListener
}

function plainMap(_key: string, value: unknown): unknown {
  return value instanceof Map ? Object.fromEntries(value) : value
}
