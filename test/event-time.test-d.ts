/** Compiled, not run: what the types of event time accept, and what they refuse. */
import type { DStream } from '../src/index.ts'

declare const clicks: DStream<{ readonly ts: number; readonly host: string }>
declare const lines: DStream<string>
declare const pairs: DStream<readonly [string, number]>

/** Fails to compile where a stream is not one of `T`. */
declare function streamOf<T>(stream: DStream<T>): void

export function accepted(): void {
  streamOf<{ readonly ts: number }>(clicks.eventTime('ts', { lateness: 10, idle: 1000, unit: 's' }))
  clicks.eventTime('field:a.b')
  clicks.eventTime((click) => click.ts)
  lines.eventTime('field:1')
  streamOf<[[string, number, number], number]>(pairs.tumblingWindow(10))
  streamOf<[[string, number, number], number[]]>(pairs.slidingWindow(10, 5, 'list'))
  streamOf<[[string, number, number], Readonly<Record<string, number>>]>(
    pairs.sessionWindow(10, 'percentiles:50,99'),
  )
  streamOf<[[number, number], number]>(lines.tumblingWindow(10, 'count', { all: true }))
  streamOf<[string, [number, string]]>(
    pairs.joinWithin(
      10,
      lines.map((line) => [line, line] as const),
    ),
  )
  streamOf<string>(lines.dedup({ within: 10 }))
  streamOf<{ readonly ts: number }>(clicks.dedup('host'))
  streamOf<[string, number]>(pairs.rates(10))
  streamOf<[string, number]>(lines.rates())
  streamOf<[string, number][]>(lines.reduce('approx-top:3'))
}

export function refused(): void {
  // @ts-expect-error there is no such field
  clicks.eventTime('time')
  // @ts-expect-error a boolean is no time
  clicks.eventTime((click) => click.host === 'a')
  // @ts-expect-error the unit is s or ms
  clicks.eventTime('ts', { unit: 'us' })
  // @ts-expect-error without a function, values are summed: they must be numbers of pairs
  lines.tumblingWindow(10)
  // @ts-expect-error a sliding window has a slide
  pairs.slidingWindow(10)
  // @ts-expect-error a bound is a duration
  pairs.joinWithin('10s', pairs)
  // @ts-expect-error the second stream has no pairs
  pairs.joinWithin(10, clicks)
  // @ts-expect-error texts have no percentiles
  lines.reduce('percentile:50')
  // @ts-expect-error a percentile needs its number
  pairs.reduceByKey('percentile')
}
