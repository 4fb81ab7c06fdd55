import { appendFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Gauge } from './gauges.ts'
import { type MetricSink, type MetricSource, metricName } from './metric-sink.ts'

/** A file per gauge with a line `t,value` per report, `t` in seconds since 1970 (Spark: `CsvSink`). */
export class CSVSink implements MetricSink {
  readonly #directory: string
  readonly #source: MetricSource
  #isReady = false

  constructor(options: ReadonlyMap<string, string>, source: MetricSource) {
    this.#directory = options.get('directory') ?? 'metrics'
    this.#source = source
  }

  async report(gauges: readonly Gauge[], time: number): Promise<void> {
    if (!this.#isReady) await mkdir(this.#directory, { recursive: true })
    const head = this.#isReady ? '' : 't,value\n'
    for (const { name, value } of gauges) {
      // A pipeline may be called by anything; a slash would be a folder.
      const file = metricName(this.#source, name).replace(/[/\\\0]/g, '_')
      await appendFile(join(this.#directory, `${file}.csv`), `${head}${Math.floor(time / 1000)},${value}\n`)
    }
    this.#isReady = true
  }
}
