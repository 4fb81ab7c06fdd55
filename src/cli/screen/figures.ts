const DAY = 86_400_000

/** Return a batch's time: on the clock of the machine or, below one day, since the start of a manual clock. */
export function timeText(time: number, interval = 1000): string {
  if (Math.abs(time) < DAY) return `t+${time / 1000}s`
  const date = new Date(time)
  const two = (value: number): string => String(value).padStart(2, '0')
  const text = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
  return interval % 1000 === 0 ? text : `${text}.${String(date.getMilliseconds()).padStart(3, '0')}`
}

/** Return a count with its thousands separated: `4,213`. */
export function countText(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',')
}
