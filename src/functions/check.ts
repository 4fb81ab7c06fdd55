/** Longest piece of a value that an error message shows, in UTF-16 units. */
const SHOWN = 60

function cut(text: string): string {
  if (text.length <= SHOWN) return text
  // A lone half of a surrogate pair would be printed as U+FFFD.
  return `${text.slice(0, SHOWN - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}

/** Return a value as JSON on one line, at most 60 characters long; never throws. */
export function shown(value: unknown): string {
  // A line may hold megabytes: what will be cut off is not worth escaping.
  if (typeof value === 'string') return cut(JSON.stringify(value.slice(0, SHOWN + 1)))
  if (typeof value === 'object' && value !== null) {
    try {
      return cut(JSON.stringify(value) ?? typeof value)
    } catch {
      // Cyclic, holding a bigint, or with a toJSON that throws.
      return Array.isArray(value) ? 'an array' : 'an object'
    }
  }
  return typeof value === 'function' ? 'a function' : cut(String(value))
}

/** Return the error of a function that met an element it does not take: what it expects and what it got. */
export function expected(name: string, expectation: string, got: unknown): TypeError {
  return new TypeError(`${name} expects ${expectation}, got ${shown(got)}`)
}

/** Throw a RangeError if a function that takes no parameter was given one. */
export function refuseParameter(name: string, parameter: string | undefined): void {
  if (parameter !== undefined) throw new RangeError(`${name} takes no parameter, got ${shown(parameter)}`)
}

/** Return the parameter of a function that needs one, else throw a RangeError that says how it is written. */
export function requireParameter(name: string, parameter: string | undefined, placeholder: string): string {
  if (parameter === undefined || parameter === '') {
    throw new RangeError(`${name} needs a parameter: ${name}:${placeholder}`)
  }
  return parameter
}

/** Return the number that a decimal text denotes (surrounding white space is allowed), else undefined. */
export function readNumber(text: string): number | undefined {
  const trimmed = text.trim()
  // Number() alone would take '' as 0, and '0x1f', '0b1' and 'Infinity' as numbers.
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(trimmed)) return undefined
  const value = Number(trimmed)
  return Number.isFinite(value) ? value : undefined
}

/** Return a parameter that must be a number, else throw a RangeError. */
export function numberParameter(name: string, parameter: string | undefined): number {
  const value = readNumber(requireParameter(name, parameter, 'N'))
  if (value === undefined) throw new RangeError(`${name}:N expects a number N, got ${shown(parameter)}`)
  return value
}

/** Return a parameter that must be a whole number from 0 to `most`, else throw a RangeError. */
export function countParameter(name: string, parameter: string | undefined, most: number): number {
  const value = numberParameter(name, parameter)
  if (!Number.isInteger(value) || value < 0 || value > most) {
    throw new RangeError(`${name}:N expects a whole number from 0 to ${most}, got ${shown(parameter)}`)
  }
  return value
}

/** Return a text with `\t`, `\n`, `\r` and `\\` replaced by what they stand for; other backslashes stay. */
export function unescapeText(text: string): string {
  const meanings: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', '\\': '\\' }
  return text.replace(/\\([tnr\\])/g, (_, letter: string) => meanings[letter] ?? letter)
}

/** Return the element if it is text, else throw the TypeError of `name`. */
export function textOf(name: string, element: unknown): string {
  if (typeof element !== 'string') throw expected(name, 'text', element)
  return element
}

/** Return the element if it is a number and not NaN, else throw the TypeError of `name`. */
export function numberOf(name: string, element: unknown): number {
  if (typeof element !== 'number' || Number.isNaN(element)) throw expected(name, 'numbers', element)
  return element
}

/** Return the `mapper` of a function of one text that takes no parameter. */
export function textMapper(
  name: string,
  compute: (text: string) => unknown,
): (parameter: string | undefined) => (element: unknown) => unknown {
  return (parameter) => {
    refuseParameter(name, parameter)
    return (element) => compute(textOf(name, element))
  }
}

/** Return a number that is not infinite, else throw the TypeError of `name`. */
export function finiteOf(name: string, value: unknown): number {
  const number = numberOf(name, value)
  if (!Number.isFinite(number)) throw new TypeError(`${name} expects finite numbers, got ${number}`)
  return number
}
