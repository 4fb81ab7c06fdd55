import { createSocket, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import { UsageError } from '../../engine/plan/errors.ts'
import type { Gauge } from './gauges.ts'
import { type MetricSink, type MetricSource, metricName } from './metric-sink.ts'

/** Bytes of a datagram that no network on the way cuts. */
const MOST_BYTES = 1400

/** Gauges as datagrams, several lines `NAME:VALUE|g` in each (Spark: `StatsdSink`). */
export class StatsDSink implements MetricSink {
  readonly #socket: Socket
  readonly #host: string
  readonly #port: number
  readonly #prefix: string
  readonly #source: MetricSource
  #error: Error | undefined

  constructor(options: ReadonlyMap<string, string>, source: MetricSource) {
    this.#host = options.get('host') ?? '127.0.0.1'
    this.#port = Number(options.get('port') ?? 8125)
    if (!(this.#port > 0 && this.#port <= 65_535))
      throw new UsageError(`metrics: statsd expects a port, got ${options.get('port')}`)
    const prefix = options.get('prefix') ?? ''
    this.#prefix = prefix === '' ? '' : `${prefix}.`
    this.#source = source
    this.#socket = createSocket(isIPv6(this.#host) ? 'udp6' : 'udp4')
    this.#socket.unref()
    this.#socket.on('error', (error) => {
      this.#error = error
    })
  }

  async report(gauges: readonly Gauge[]): Promise<void> {
    let datagram = ''
    for (const { name, value } of gauges) {
      // These stand for something in a line.
      const full = (this.#prefix + metricName(this.#source, name)).replace(/[:|@\s]+/g, '_')
      // A sign in front means a change of what was there.
      const lines = value < 0 ? `${full}:0|g\n${full}:${value}|g\n` : `${full}:${value}|g\n`
      if (datagram.length + lines.length > MOST_BYTES) {
        await this.#send(datagram)
        datagram = ''
      }
      datagram += lines
    }
    await this.#send(datagram)
    const error = this.#error
    this.#error = undefined
    if (error !== undefined) throw error
  }

  close(): void {
    this.#socket.close()
  }

  #send(datagram: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.send(datagram, this.#port, this.#host, (error) => (error ? reject(error) : resolve()))
    })
  }
}
