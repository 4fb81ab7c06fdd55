import { expected, type ForecastState, noForecast, type Smoothing, take } from '../learning/forecaster.ts'
import { seriesStage } from '../learning/series-stage.ts'
import { listOf, numberOf, recordOf } from '../state/saved.ts'
import { defineOperator, type OperatorCall } from './record.ts'

/** `forecast`. */
export const forecast = defineOperator({
  name: 'forecast',
  summary: 'Tell the next number of a series by those before it.',
  description:
    'An element is a number, or a key and a number: then each key is a series of its own. Beside each `value` comes the ' +
    '`forecast` that was made of it before it came (null for the first ones), and `next`, what is expected after it. ' +
    'Without more it is an exponentially weighted moving average; `--beta` follows a trend as well (Holt), `--season N ' +
    '--gamma G` a season of N values (Holt and Winters).',
  kind: 'stateful',
  arguments: [],
  flags: [
    {
      name: 'alpha',
      type: 'number',
      default: 0.5,
      summary: 'how much the last value counts for the level, from 0 to 1',
    },
    {
      name: 'beta',
      type: 'number',
      summary: 'how much the last step counts for the trend; no trend where absent',
    },
    {
      name: 'gamma',
      type: 'number',
      summary: 'how much the last season counts; 0.5 where there is a --season',
    },
    { name: 'season', type: 'integer', default: 0, summary: 'how many values a season has; 0 for no season' },
    { name: 'multiplicative', type: 'boolean', summary: 'a season is a factor, and not a summand' },
    { name: 'ahead', type: 'integer', default: 1, summary: 'of which value behind the last one `next` is' },
  ],
  examples: [
    {
      chain: 'forecast map field:next',
      in: [['4', '8'], ['2']],
      out: [[4, 6], [4]],
    },
    {
      chain: 'forecast --alpha 1 --beta 1',
      in: [['a 1', 'a 3'], ['a 5']],
      out: [
        [
          ['a', { value: 1, forecast: null, next: null }],
          ['a', { value: 3, forecast: null, next: 4 }],
        ],
        [['a', { value: 5, forecast: 4, next: 8 }]],
      ],
    },
  ],
  apply: (call) => {
    const options = optionsOf(call)
    const ahead = call.number('ahead')
    if (ahead < 1) throw call.refuse(`forecast: --ahead expects at least 1, and got ${ahead}`)
    return seriesStage<ForecastState>(call, {
      begin: noForecast,
      take: (state, value) => {
        const before = expected(state, options, 1) ?? null
        take(state, options, value)
        return { value, forecast: before, next: expected(state, options, ahead) ?? null }
      },
      save: (state) => ({ ...state }),
      restore: (saved) => {
        const { first, level, trend, seasons } = recordOf(saved, 'first', 'level', 'trend', 'seasons')
        return {
          first: listOf(first).map(numberOf),
          level: numberOf(level),
          trend: numberOf(trend),
          seasons: listOf(seasons).map(numberOf),
        }
      },
    })
  },
})

function optionsOf(call: OperatorCall): Smoothing {
  const part = (flag: string): number | undefined => {
    const value = call.value(flag) as number | undefined
    if (value !== undefined && !(value >= 0 && value <= 1))
      throw call.refuse(`forecast: --${flag} expects a number from 0 to 1, and got ${value}`)
    return value
  }
  const season = call.number('season')
  if (season !== 0 && season < 2)
    throw call.refuse(`forecast: --season expects at least 2 values, and got ${season}`)
  const gamma = part('gamma')
  if (season === 0 && (gamma !== undefined || call.boolean('multiplicative')))
    throw call.refuse(
      'forecast: --gamma and --multiplicative are of a --season',
      'Say how many values it has.',
    )
  return {
    alpha: part('alpha') as number,
    beta: part('beta'),
    gamma: season === 0 ? undefined : (gamma ?? 0.5),
    season,
    isMultiplicative: call.boolean('multiplicative'),
  }
}

/** What `forecast` gives at each number. */
export interface Forecast {
  readonly value: number
  /** What was expected of the value before it came; null for the first ones. */
  readonly forecast: number | null
  /** What is expected after it; null for the first ones. */
  readonly next: number | null
}

/** Options of `forecast`, as its flags have them. */
export interface ForecastOptions {
  readonly alpha?: number
  readonly beta?: number
  readonly gamma?: number
  readonly season?: number
  readonly multiplicative?: boolean
  readonly ahead?: number
}

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream of each number with what was expected of it, and what is expected next, by exponential
     * smoothing (Holt and Winters). Pairs are several series, by their keys. In a checkpoint, the levels are kept.
     *
     * @param options.alpha how much the last value counts for the level, from 0 to 1; 0.5 where absent.
     * @param options.beta how much the last step counts for the trend; no trend where absent.
     * @param options.gamma how much the last season counts; 0.5 where there is a season.
     * @param options.season how many values a season has; 0, for none, where absent.
     * @param options.ahead of which value behind the last one `next` is; 1 where absent.
     * @throws StageError for what is no finite number.
     */
    forecast(this: DStream<number> | DStream<string>, options?: ForecastOptions): DStream<Forecast>
    forecast<K>(this: DStream<readonly [K, number]>, options?: ForecastOptions): DStream<[K, Forecast]>
  }
}
