/** Digits of which a number of 64 bits surely holds every one. */
const MOST_DIGITS = 15

const POWERS = Array.from({ length: MOST_DIGITS + 1 }, (_, power) => 10 ** power)

const [SPACE, TAB, COMMA, MINUS, POINT, ZERO, NINE] = [32, 9, 44, 45, 46, 48, 57] as const

/**
 * Return the numbers of a text that is nothing but short decimals such as `-12.75`, divided by commas, spaces or tabs;
 * undefined for anything else, which is to be read with more care. Each is what `Number` gives: whole digits and a power
 * of ten are exact, and so is their quotient, rounded once (Clinger, 1990).
 */
export function decimalsOf(text: string): number[] | undefined {
  const found: number[] = []
  const end = text.length
  let at = 0
  for (;;) {
    let code = text.charCodeAt(at)
    const isNegative = code === MINUS
    if (isNegative) code = text.charCodeAt(++at)
    let digits = 0
    let mantissa = 0
    let fraction = 0
    let hasPoint = false
    for (; at < end; code = text.charCodeAt(++at)) {
      if (code >= ZERO && code <= NINE) {
        mantissa = 10 * mantissa + (code - ZERO)
        digits += 1
        if (hasPoint) fraction += 1
      } else if (code === POINT && !hasPoint) hasPoint = true
      else break
    }
    if (digits === 0 || digits > MOST_DIGITS) return undefined
    const value = fraction === 0 ? mantissa : mantissa / (POWERS[fraction] as number)
    found.push(isNegative ? -value : value)
    if (at === end) return found
    const divider = at
    while (code === SPACE || code === TAB) code = text.charCodeAt(++at)
    if (code === COMMA) {
      code = text.charCodeAt(++at)
      while (code === SPACE || code === TAB) code = text.charCodeAt(++at)
    }
    if (at === divider || at === end) return undefined
  }
}
