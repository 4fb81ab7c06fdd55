const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const
const FULL = '█'
// Of the blocks that begin at the right, these alone are in Unicode 1: newer ones are missing in fonts.
const RIGHT_HALF = '▐'

/**
 * Return the bar of a value where the columns of `room` go from `low`, which is 0 or less, to `high`, which is 0 or more.
 * Whatever is not 0 is seen. A bar to the right is exact to an eighth of a column, one to the left to a half.
 */
export function barText(value: number, low: number, high: number, room: number): string {
  if (low === 0 && high === 0) return ''
  // Halved, for the distance of two numbers may be more than the greatest one.
  const share = (part: number): number => part / 2 / (high / 2 - low / 2)
  const left =
    low === 0 ? 0 : Math.min(room - (high > 0 ? 1 : 0), Math.max(1, Math.round(share(-low) * room)))
  if (value < 0) {
    const halves = Math.max(1, Math.round((value / low) * left * 2))
    const columns = Math.ceil(halves / 2)
    return (
      ' '.repeat(left - columns) + (halves % 2 === 1 ? RIGHT_HALF : '') + FULL.repeat(Math.floor(halves / 2))
    )
  }
  if (value === 0) return ''
  const eighths = Math.max(1, Math.round((value / high) * (room - left) * 8))
  return ' '.repeat(left) + FULL.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '')
}
