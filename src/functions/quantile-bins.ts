import { DDSketch } from '@datadog/sketches-js'

/** How far what a percentile shows may be from a value of the stream, as a part of that value. */
export const RELATIVE_ACCURACY = 0.01

const { mapping } = new DDSketch({ relativeAccuracy: RELATIVE_ACCURACY })

/**
 * Return the value that stands for the bin of a number in a DDSketch: at most 1 % away from it; 0 for what is nearer to
 * 0 than any bin.
 */
export function binOf(value: number): number {
  const size = Math.abs(value)
  if (!(size > mapping.minPossible)) return 0
  const bin = mapping.value(mapping.key(size))
  return value < 0 ? -bin : bin
}
