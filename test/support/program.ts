import type { OutputPort, PrintedBatch } from '../../src/index.ts'

/** A port that keeps what a program puts out. */
export interface RecordingPort extends OutputPort {
  readonly shown: (PrintedBatch & { readonly format: string })[]
  readonly written: string[]
  readonly reports: string[]
}

/** Return a port whose `print` has Spark's format, as that of a program. */
export function recordingPort(): RecordingPort {
  const shown: (PrintedBatch & { readonly format: string })[] = []
  const written: string[] = []
  const reports: string[] = []
  return {
    shown,
    written,
    reports,
    format: 'spark',
    write: (chunk) => void written.push(Buffer.from(chunk as Uint8Array).toString()),
    show: (batch, format) => void shown.push({ ...batch, format }),
    report: (message) => void reports.push(message),
  }
}

/** Resolves when `condition` holds; rejects after `timeout` milliseconds. */
export async function until(condition: () => boolean, timeout = 10_000): Promise<void> {
  const deadline = Date.now() + timeout
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`not within ${timeout} ms: ${condition}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
