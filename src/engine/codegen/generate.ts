import type { Emit, Inline, Narrow } from '../operators/record.ts'
import { stageError } from '../plan/describe.ts'
import type { Skip } from '../plan/element-errors.ts'

/**
 * Return the way through a chain of operators. Operators that call a function are generated as one piece of JavaScript
 * per stage: a call site that has only one function is inlined, where closures that all operators share are not.
 */
export function through(chain: readonly Narrow[], emit: Emit): Emit {
  let next = emit
  for (let end = chain.length; end > 0; ) {
    let start = end
    while (start > 0 && (chain[start - 1] as Narrow).inline !== undefined) start--
    if (start < end) {
      next = generate(chain.slice(start, end) as (Narrow & { readonly inline: Inline })[], next)
      end = start
    } else {
      end -= 1
      next = (chain[end] as Narrow).each(next)
    }
  }
  return next
}

/** Parameters of the generated function: the functions, what spreads their lists, where elements go, what makes an error. */
function generate(narrows: readonly (Narrow & { readonly inline: Inline })[], emit: Emit): Emit {
  const operators = narrows.map(({ inline }) => inline)
  const names = operators.map((_, index) => `call${index}`)
  const make = new Function(...names, 'spread', 'emit', 'fail', sourceOf(operators))
  const fail = (index: number, element: unknown, error: unknown): void => {
    const { inline, skip } = narrows[index] as Narrow & { readonly inline: Inline }
    if (skip === undefined) throw stageError(inline.label, element, error)
    skip(element, error)
  }
  const spread = narrows.map(({ inline, skip }) => {
    if (!('spread' in inline)) return undefined
    return skip === undefined ? inline.spread : whole(inline.spread, skip)
  })
  return make(...operators.map(({ call }) => call), spread, emit, fail) as Emit
}

/** Return what passes on the items of a list when all of them are there, or leaves the element out. */
function whole(
  spread: (element: unknown, items: unknown, emit: Emit) => void,
  skip: Skip,
): (element: unknown, items: unknown, emit: Emit) => void {
  return (element, items, emit) => {
    const made: unknown[] = []
    try {
      spread(element, items, (item) => made.push(item))
    } catch (error) {
      skip(element, error)
      return
    }
    for (const item of made) emit(item)
  }
}

/**
 * Return the body of a function that makes the way through the operators. Each calls its function by itself, so that an
 * error names the operator and the element; behind one that gives many stands a function of its own.
 */
function sourceOf(operators: readonly Inline[]): string {
  const functions: string[] = []
  let body: string[] = []
  let value = `value${operators.length}`
  const close = (name: string, parameter: string): void => {
    functions.push(`const ${name} = (${parameter}) => {\n${body.join('\n')}\n}`)
  }
  // From the last to the first: what stands behind a flatmap must be there before it.
  body = [`emit(${value})`]
  for (let index = operators.length - 1; index >= 0; index--) {
    const { form } = operators[index] as Inline
    const from = `value${index}`
    const call = (result: string): string =>
      `let ${result}; try { ${result} = call${index}(${from}) } catch (error) { return fail(${index}, ${from}, error) }`
    if (form === 'map') body.unshift(call(value))
    else if (form === 'filter')
      body.unshift(call(`test${index}`), `if (!test${index}) return`, `const ${value} = ${from}`)
    else {
      close(`after${index}`, value)
      body = [
        call(`list${index}`),
        `if (Array.isArray(list${index})) for (let at = 0; at < list${index}.length; at++) after${index}(list${index}[at])`,
        `else spread[${index}](${from}, list${index}, after${index})`,
      ]
    }
    value = from
  }
  close('start', 'value0')
  return `'use strict'\n${functions.join('\n')}\nreturn start`
}
