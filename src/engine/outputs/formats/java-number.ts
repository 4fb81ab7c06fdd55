/** From here on, and below, Java writes a power of ten. */
const LARGE = 1e7
const SMALL = 1e-3

/**
 * Return a number as Java shows it (`Double.toString`): `1.0E-4`, `1.5E300`. Whole numbers up to 2^53 are taken
 * for Java's whole numbers, and have no point.
 */
export function javaNumber(value: number): string {
  const size = Math.abs(value)
  if (Number.isSafeInteger(value) || !Number.isFinite(value) || (size >= SMALL && size < LARGE))
    return String(value)
  const [digits = '', power = ''] = value.toExponential().split('e')
  return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(power)}`
}
