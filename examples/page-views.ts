/** Page views of a web site that does not exist: for the two programs and the two scripts `page-view-*`. */

/** One line of the stream: its fields, divided by tabs. */
export interface PageView {
  readonly url: string
  readonly status: number
  readonly zipCode: number
  readonly userID: number
}

/** What a thing is chosen from: things, each with its part of the whole. */
type Distribution<T> = readonly (readonly [thing: T, part: number])[]

const PAGES: Distribution<string> = [
  ['http://foo.com/', 0.7],
  ['http://foo.com/news', 0.2],
  ['http://foo.com/contact', 0.1],
]
const STATUSES: Distribution<number> = [
  [200, 0.95],
  [404, 0.05],
]
const ZIP_CODES: Distribution<number> = [
  [94709, 0.5],
  [94117, 0.5],
]
const USERS = 100

/** Return a page view by chance, as a line. */
export function nextPageView(): string {
  const userID = 1 + Math.floor(Math.random() * USERS)
  return [pick(PAGES), pick(STATUSES), pick(ZIP_CODES), userID].join('\t')
}

/** Return the page view of a line. */
export function pageView(line: string): PageView {
  const [url = '', status, zipCode, userID] = line.split('\t')
  return { url, status: Number(status), zipCode: Number(zipCode), userID: Number(userID) }
}

/** Return how many of a zip code's statuses are no 200, in stars where these are more than a twentieth. */
export function errorRate([zipCode, statuses]: readonly [
  zipCode: number,
  statuses: readonly number[],
]): string {
  const errors = statuses.filter((status) => status !== 200).length
  // Spark's program divides in single precision: 1 of 20 is a little more than 0.05 there.
  const ratio = Math.fround(errors / statuses.length)
  return ratio > 0.05 ? `${zipCode}: **${single(ratio)}**` : `${zipCode}: ${single(ratio)}`
}

function pick<T>(distribution: Distribution<T>): T {
  let left = Math.random()
  for (const [thing, part] of distribution) {
    left -= part
    if (left < 0) return thing
  }
  return (distribution[0] as readonly [T, number])[0]
}

/** Return a number of single precision from 0 to 1 as Java writes it: in as few digits as tell it from its neighbours. */
function single(value: number): string {
  const short = [1, 2, 3, 4, 5, 6, 7, 8].map((digits) => Number(value.toPrecision(digits)))
  const number = short.find((candidate) => Math.fround(candidate) === value) ?? Number(value.toPrecision(9))
  const pointed = (text: string): string => (text.includes('.') ? text : `${text}.0`)
  if (number === 0 || number >= 1e-3) return pointed(String(number))
  const [digits = '', exponent] = number.toExponential().split('e')
  return `${pointed(digits)}E${exponent}`
}
