import type { FunctionRole } from '../../functions/record.ts'
import type { Analysis } from '../../functions/steps.ts'
import type { Origin } from './analyse-checks.ts'
import { refuseImpure } from './analyse-purity.ts'
import { readReducer } from './analyse-reducer.ts'
import { type Code, parseFunction, quote, Refusal, Unknown } from './analyse-syntax.ts'
import { readSteps } from './analyse-text.ts'

/**
 * Return what is known of a function by its source: JavaScript, or TypeScript whose types are erased. Never throws; what
 * cannot be read is not pure.
 *
 * Only what is the same for every text is given as steps. Where the function throws, or a step that takes text meets
 * something else, a kernel asks the function itself, with the element that it began with.
 *
 * `pure` is a promise about data: text, numbers, booleans, null, and lists and records of them. Equal arguments may then
 * share one call. Where its result is a list or a record, whoever shares it must not hand it to what may change it. What
 * other code does to the prototypes and globals of JavaScript itself is not looked at.
 *
 * @param origin `closure` where the text is that of a function made elsewhere: there `JSON` may be something else.
 */
export async function analyseFunction(
  text: string,
  role: FunctionRole,
  origin: Origin = 'source',
): Promise<Analysis> {
  try {
    const code = await parseFunction(text)
    refuseImpure(code, role === 'reduce' ? 2 : 1, origin)
    return { pure: true, ...lowered(code, role) }
  } catch (error) {
    // Code that is nested too deeply fails with a RangeError of the stack.
    return {
      pure: false,
      reason: error instanceof Refusal ? error.message : 'it is more than can be looked at',
    }
  }
}

function lowered(code: Code, role: FunctionRole): Omit<Analysis, 'pure'> {
  try {
    return role === 'reduce' ? { reducer: readReducer(code.node) } : { steps: readSteps(code.node, role) }
  } catch (error) {
    if (!(error instanceof Unknown)) throw error
    return { reason: `no kernel does ${quote(code, error.node)}` }
  }
}

/** How many parameters a function has, from the first to the last one without a default, and to the last of all. */
export interface Parameters {
  readonly least: number
  /** Infinity behind `...rest`. */
  readonly most: number
}

/** Return how many parameters a function has by its source; undefined where that cannot be read, as of a built-in one. */
export async function readParameters(text: string): Promise<Parameters | undefined> {
  try {
    const { params } = (await parseFunction(text)).node
    const types = params.map(({ type }) => type)
    const needed = types.findLastIndex((type) => type !== 'AssignmentPattern' && type !== 'RestElement')
    return {
      least: needed + 1,
      most: types.at(-1) === 'RestElement' ? Number.POSITIVE_INFINITY : types.length,
    }
  } catch {
    return undefined
  }
}
