import { reasonOf } from './describe.ts'
import { UsageError } from './errors.ts'

/**
 * Return the value of a function written as text: JavaScript or, where that does not parse, TypeScript with its types
 * erased. The text is the user's own code, as in awk; nothing read from a stream ever comes here.
 *
 * @throws UsageError when it is neither.
 */
export async function evaluateArrow(text: string): Promise<unknown> {
  try {
    return compileFunction(text)
  } catch (error) {
    if (!(error instanceof SyntaxError))
      throw new UsageError(`${text} cannot be evaluated: ${reasonOf(error)}`)
    const { stripTypes } = await import('./typescript.ts')
    let erased: string
    try {
      erased = await stripTypes(`(${text}\n)`)
    } catch {
      throw new UsageError(`${text} is no JavaScript function: ${reasonOf(error)}`)
    }
    return compileFunction(erased)
  }
}

/** Return the value of a function's text: JavaScript that was typed by the user. Throws SyntaxError. */
export function compileFunction(text: string): unknown {
  return new Function(`'use strict'; return (${text}\n)`)()
}
