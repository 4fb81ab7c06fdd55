import type { BinaryOperator, Expression } from 'acorn'
import type { Analysis } from '../../functions/steps.ts'
import { type FunctionNode, methodCall, Unknown } from './analyse-syntax.ts'

type Reducer = NonNullable<Analysis['reducer']>

/** Return what a function does to two numbers. Throws Unknown where it is none of the few that are known. */
export function readReducer(node: FunctionNode): Reducer {
  const [left, right, ...others] = node.params.map((parameter) =>
    parameter.type === 'Identifier' ? parameter.name : undefined,
  )
  const { body } = node
  const only = body.type === 'BlockStatement' ? body.body[0] : undefined
  const isReturn =
    body.type === 'BlockStatement' && body.body.length === 1 && only?.type === 'ReturnStatement'
  const result = body.type !== 'BlockStatement' ? body : isReturn ? only.argument : undefined
  const known =
    left !== undefined && others.length === 0 && (right !== undefined || node.params.length === 1) && result
      ? reducerOf(result, left, right, [left, right, node.type === 'FunctionExpression' && node.id?.name])
      : undefined
  if (known === undefined) throw new Unknown(body)
  return known
}

const SMALLER: ReadonlySet<BinaryOperator> = new Set(['<', '<='])
const GREATER: ReadonlySet<BinaryOperator> = new Set(['>', '>='])

function reducerOf(
  result: Expression,
  left: string,
  right: string | undefined,
  hidden: readonly unknown[],
): Reducer | undefined {
  /** Which of the two an expression is. */
  const side = (node: { readonly type: string } | undefined): 'first' | 'last' | undefined => {
    const name = node?.type === 'Identifier' && 'name' in node ? node.name : undefined
    if (name === undefined) return undefined
    return name === left ? 'first' : name === right ? 'last' : undefined
  }
  const areBoth = (one: 'first' | 'last' | undefined, other: 'first' | 'last' | undefined): boolean =>
    one !== undefined && other !== undefined && one !== other
  if (result.type === 'Identifier') return side(result)
  if (result.type === 'BinaryExpression') {
    // Of text the order counts: b + a is another function.
    const isInOrder = side(result.left) === 'first' && side(result.right) === 'last'
    return result.operator === '+' && isInOrder ? 'plus' : undefined
  }
  if (result.type === 'CallExpression') {
    const call = methodCall(result)
    const isMath = call?.object.type === 'Identifier' && call.object.name === 'Math'
    if (!isMath || hidden.includes('Math')) return undefined
    if (call.arguments.length !== 2 || !areBoth(side(call.arguments[0]), side(call.arguments[1])))
      return undefined
    return call.name === 'min' || call.name === 'max' ? call.name : undefined
  }
  if (result.type !== 'ConditionalExpression' || result.test.type !== 'BinaryExpression') return undefined
  const { test, consequent, alternate } = result
  const chosen = side(consequent)
  if (!areBoth(side(test.left), side(test.right)) || !areBoth(chosen, side(alternate))) return undefined
  const isLeft = chosen === side(test.left)
  if (SMALLER.has(test.operator)) return isLeft ? 'min' : 'max'
  return GREATER.has(test.operator) ? (isLeft ? 'max' : 'min') : undefined
}
