/** How values are smoothed, each from 0, for the past alone, to 1, for the last one alone. */
export interface Smoothing {
  /** Of the level. */
  readonly alpha: number
  /** Of the trend; undefined for none. */
  readonly beta: number | undefined
  /** Of the season; undefined for none. */
  readonly gamma: number | undefined
  /** Values in a season; 0 for none. */
  readonly season: number
  /** Whether the season is a factor, and not a summand. */
  readonly isMultiplicative: boolean
}

/** What a forecaster knows, as plain data. */
export interface ForecastState {
  /** The first values, until there are enough of them to begin with. */
  first: number[]
  level: number
  trend: number
  /** Of the next values, as many as there are in a season. */
  seasons: number[]
}

/** Nothing known yet. */
export function noForecast(): ForecastState {
  return { first: [], level: Number.NaN, trend: 0, seasons: [] }
}

/**
 * Return what value is expected so many steps ahead; undefined while too few have come. Exponentially weighted means, with
 * Holt's trend and Winters' season where they are asked for.
 */
export function expected(
  { level, trend, seasons }: ForecastState,
  { isMultiplicative, season }: Smoothing,
  ahead: number,
): number | undefined {
  if (Number.isNaN(level)) return undefined
  const base = level + ahead * trend
  if (season === 0) return base
  const seasonal = seasons[(ahead - 1) % season] as number
  return isMultiplicative ? base * seasonal : base + seasonal
}

/**
 * Take a value. The first season, or the first two values, are the beginning: their mean is the level, the mean of their
 * differences the trend, and what each is beside the level its season.
 */
export function take(state: ForecastState, options: Smoothing, value: number): void {
  const { alpha, beta, gamma, season, isMultiplicative } = options
  if (Number.isNaN(state.level)) {
    begin(state, options, value)
    return
  }
  const { level, trend } = state
  const seasonal = state.seasons[0] ?? (isMultiplicative ? 1 : 0)
  const plain = season === 0 ? value : isMultiplicative ? value / seasonal : value - seasonal
  state.level = alpha * plain + (1 - alpha) * (level + trend)
  if (beta !== undefined) state.trend = beta * (state.level - level) + (1 - beta) * trend
  if (season === 0 || gamma === undefined) return
  const found = isMultiplicative ? value / (level + trend) : value - level - trend
  state.seasons.push(gamma * found + (1 - gamma) * seasonal)
  state.seasons.shift()
}

function begin(state: ForecastState, { beta, season, isMultiplicative }: Smoothing, value: number): void {
  // A mean alone begins with the first value.
  const isSimple = beta === undefined && season === 0
  state.first.push(value)
  const { first } = state
  if (first.length < (isSimple ? 1 : Math.max(2, season))) return
  state.level = first.reduce((sum, each) => sum + each, 0) / first.length
  if (beta !== undefined) state.trend = ((first.at(-1) as number) - (first[0] as number)) / (first.length - 1)
  if (season > 0)
    state.seasons = first.map((each) => (isMultiplicative ? each / state.level : each - state.level))
  state.first = []
}
