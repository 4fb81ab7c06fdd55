import { distance } from 'fastest-levenshtein'

/** Return the name nearest to a misspelt word, or undefined when none is near enough to be meant. */
export function nearestName(word: string, names: readonly string[]): string | undefined {
  const wanted = word.toLowerCase()
  const near = names
    .map((name) => ({ name, far: editsBetween(wanted, name.toLowerCase()) }))
    .filter(({ name, far }) => far <= Math.ceil(0.4 * Math.min(name.length, wanted.length)))
    .sort((a, b) => a.far - b.far)
  return near[0]?.name
}

/** Whoever stopped typing early is as near as whoever missed one key. */
function editsBetween(wanted: string, name: string): number {
  return name.startsWith(wanted) && wanted.length > 1 ? 1 : distance(wanted, name)
}
