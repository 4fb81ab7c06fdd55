import { clean } from './words.mjs'

/** A user's function that calls an imported one. */
export function parse(line) {
  return clean(line).filter((word) => word.length > 0)
}
