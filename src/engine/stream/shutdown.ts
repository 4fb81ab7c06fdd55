/**
 * Call `stop` at SIGINT or SIGTERM, once: a second signal does what it does without (Spark:
 * `spark.streaming.stopGracefullyOnShutdown`). Returns what takes that back.
 */
export function onShutdown(stop: () => void): () => void {
  const off = (): void => {
    for (const signal of SIGNALS) process.off(signal, handle)
  }
  const handle = (): void => {
    off()
    stop()
  }
  for (const signal of SIGNALS) process.on(signal, handle)
  return off
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const
