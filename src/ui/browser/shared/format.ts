const COUNT = new Intl.NumberFormat('en')
const SHORT = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 })
const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 })

/** Times before this, in milliseconds, are no dates: batches that are cut by number begin at zero. */
const FIRST_DATE = 1e11

/** A whole number with its thousands apart. */
export function count(value: number): string {
  return COUNT.format(value)
}

/** Elements a second. */
export function rate(value: number): string {
  return `${value < 1000 ? SHORT.format(value) : value < 1e6 ? COUNT.format(Math.round(value)) : COMPACT.format(value)}/s`
}

/** Elements a second beside an axis. */
export function shortRate(value: number): string {
  return `${COMPACT.format(value)}/s`
}

/** Milliseconds in the unit that suits them; a dash for none. */
export function duration(milliseconds: number | undefined): string {
  if (milliseconds === undefined) return '–'
  if (milliseconds < 1000) return `${SHORT.format(milliseconds)} ms`
  if (milliseconds < 60_000) return `${SHORT.format(milliseconds / 1000)} s`
  if (milliseconds < 3_600_000) return `${SHORT.format(milliseconds / 60_000)} min`
  return `${SHORT.format(milliseconds / 3_600_000)} h`
}

/** Milliseconds in words, to the second: `1 hour 2 minutes 3 seconds`. */
export function durationWords(milliseconds: number): string {
  if (milliseconds < 1000) return `${COUNT.format(Math.round(milliseconds))} ms`
  const seconds = Math.round(milliseconds / 1000)
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(seconds / 86_400), 'day'],
    [Math.floor(seconds / 3600) % 24, 'hour'],
    [Math.floor(seconds / 60) % 60, 'minute'],
    [seconds % 60, 'second'],
  ]
  return parts
    .filter(([value]) => value > 0)
    .slice(0, 3)
    .map(([value, unit]) => `${value} ${unit}${value === 1 ? '' : 's'}`)
    .join(' ')
}

/** A time of day with its date, as Spark writes it; the time of a batch that is cut by number as it is. */
export function dateTime(time: number): string {
  if (time < FIRST_DATE) return `${COUNT.format(time)} ms`
  const date = new Date(time)
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${date.getFullYear()}/${two(date.getMonth() + 1)}/${two(date.getDate())} ${clock(time)}`
}

/** A time of day; with milliseconds where it has some. */
export function clock(time: number): string {
  if (time < FIRST_DATE) return `${COUNT.format(time)} ms`
  const date = new Date(time)
  const two = (value: number): string => String(value).padStart(2, '0')
  const rest = date.getMilliseconds()
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}${rest === 0 ? '' : `.${String(rest).padStart(3, '0')}`}`
}

/** `1 batch`, `2 batches`. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${COUNT.format(value)} ${value === 1 ? one : many}`
}
