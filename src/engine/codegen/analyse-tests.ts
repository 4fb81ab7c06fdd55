import type { BinaryExpression, CallExpression, Expression } from 'acorn'
import type { Comparison, Step } from '../../functions/steps.ts'
import {
  type MethodCall,
  methodCall,
  numberOfLiteral,
  propertyName,
  textOfLiteral,
  Unknown,
  unwrap,
} from './analyse-syntax.ts'

/** What a test needs to know of the names around it. */
export interface TestScope {
  /** Whether an expression is the element that is kept or dropped. */
  readonly isElement: (node: Expression) => boolean
  /** Whether a name is the global one. */
  readonly isGlobal: (name: string) => boolean
}

/** Return the tests of text that an expression makes of the element, all of which must hold. Throws Unknown. */
export function readTests(wrapped: Expression, scope: TestScope, negated = false): readonly Step[] {
  const node = unwrap(wrapped)
  if (node.type === 'UnaryExpression' && node.operator === '!')
    return readTests(node.argument, scope, !negated)
  if (node.type === 'LogicalExpression' && node.operator === (negated ? '||' : '&&')) {
    return [...readTests(node.left, scope, negated), ...readTests(node.right, scope, negated)]
  }
  if (node.type === 'CallExpression' && isBoolean(node, scope))
    return readTests(node.arguments[0] as Expression, scope, negated)
  const step = readTest(node, scope)
  if (step === undefined) throw new Unknown(node)
  return [shortest(negated ? opposite(step) : step)]
}

/** Text that is not empty, as a truth. */
export const NOT_EMPTY: Step = { step: 'length', unit: 'utf-16', comparison: '>', than: 0 }
const EMPTY: Step = { step: 'length', unit: 'utf-16', comparison: '===', than: 0 }

/** The same test of emptiness in the same words: no length is less than 0. */
function shortest(step: Step): Step {
  if (step.step !== 'length' || step.than !== 0) return step
  return step.comparison === '!==' ? NOT_EMPTY : step.comparison === '<=' ? EMPTY : step
}

function isBoolean({ callee, arguments: [first, ...others] }: CallExpression, scope: TestScope): boolean {
  if (callee.type !== 'Identifier' || callee.name !== 'Boolean' || !scope.isGlobal('Boolean')) return false
  return first !== undefined && first.type !== 'SpreadElement' && others.length === 0
}

function readTest(node: Expression, scope: TestScope): Step | undefined {
  if (scope.isElement(node) || isLength(node, scope)) return NOT_EMPTY
  if (node.type === 'BinaryExpression') return readComparison(node, scope)
  const call = node.type === 'CallExpression' ? methodCall(node) : undefined
  const text = call && soleText(call, scope)
  const step = call && text !== undefined ? METHODS.get(call.name) : undefined
  return step && text !== undefined ? { step, text } : undefined
}

const METHODS: ReadonlyMap<string, 'contains' | 'starts-with' | 'ends-with'> = new Map([
  ['includes', 'contains'],
  ['startsWith', 'starts-with'],
  ['endsWith', 'ends-with'],
])

/** The text that a method of the element is given, if that is all. */
function soleText(call: MethodCall, scope: TestScope): string | undefined {
  const [argument, ...others] = call.arguments
  if (argument === undefined || others.length > 0 || !scope.isElement(call.object)) return undefined
  return textOfLiteral(argument)
}

function isLength(wrapped: Expression, scope: TestScope): boolean {
  const node = unwrap(wrapped)
  if (node.type !== 'MemberExpression' || node.object.type === 'Super') return false
  return propertyName(node) === 'length' && scope.isElement(node.object)
}

const COMPARISONS: Readonly<Record<string, Comparison | undefined>> = {
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
  '===': '===',
  '!==': '!==',
  // Both sides are of one type here, so that these two ask the same.
  '==': '===',
  '!=': '!==',
}
const MIRRORED: Readonly<Record<Comparison, Comparison>> = {
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
  '===': '===',
  '!==': '!==',
}
const OPPOSITE: Readonly<Record<Comparison, Comparison>> = {
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
  '===': '!==',
  '!==': '===',
}

function readComparison({ left, operator, right }: BinaryExpression, scope: TestScope): Step | undefined {
  const comparison = COMPARISONS[operator]
  if (comparison === undefined || left.type === 'PrivateIdentifier') return undefined
  return compare(left, comparison, right, scope) ?? compare(right, MIRRORED[comparison], left, scope)
}

const LARGEST = 2 ** 31 - 1

function compare(
  wrapped: Expression,
  comparison: Comparison,
  literal: Expression,
  scope: TestScope,
): Step | undefined {
  const node = unwrap(wrapped)
  const than = numberOfLiteral(literal)
  if (than !== undefined) {
    if (!isLength(node, scope)) return readIndexOf(node, comparison, than, scope)
    const isCount = Number.isInteger(than) && than >= 0 && than <= LARGEST
    return isCount ? { step: 'length', unit: 'utf-16', comparison, than } : undefined
  }
  const text = textOfLiteral(literal)
  if (text === undefined || (comparison !== '===' && comparison !== '!==')) return undefined
  const step: Step | undefined = scope.isElement(node)
    ? text === ''
      ? EMPTY
      : { step: 'equals', text }
    : text.length === 1 && isFirstUnit(node, scope)
      ? { step: 'starts-with', text }
      : undefined
  return step && comparison === '!==' ? opposite(step) : step
}

/** `l[0]`, `l.charAt(0)`, `l.at(0)`: of empty text they are no unit at all. */
function isFirstUnit(node: Expression, scope: TestScope): boolean {
  if (node.type === 'MemberExpression')
    return node.object.type !== 'Super' && scope.isElement(node.object) && propertyName(node) === '0'
  const call = node.type === 'CallExpression' ? methodCall(node) : undefined
  if (call === undefined || !/^(at|charAt)$/.test(call.name) || !scope.isElement(call.object)) return false
  return call.arguments.length === 1 && numberOfLiteral(call.arguments[0] as Expression) === 0
}

/** `l.indexOf('x') >= 0` and what else asks whether, or asks whether at the start. */
function readIndexOf(
  node: Expression,
  comparison: Comparison,
  than: number,
  scope: TestScope,
): Step | undefined {
  const call = node.type === 'CallExpression' ? methodCall(node) : undefined
  const text = call?.name === 'indexOf' ? soleText(call, scope) : undefined
  if (text === undefined) return undefined
  switch (`${comparison} ${than}`) {
    case '!== -1':
    case '> -1':
    case '>= 0':
      return { step: 'contains', text }
    case '=== -1':
    case '<= -1':
    case '< 0':
      return { step: 'contains', text, negated: true }
    case '=== 0':
      return { step: 'starts-with', text }
    case '!== 0':
      return { step: 'starts-with', text, negated: true }
    default:
      return undefined
  }
}

function opposite(step: Step): Step {
  if (step.step === 'length') return { ...step, comparison: OPPOSITE[step.comparison] }
  if (!('text' in step)) throw new RangeError(`${step.step} is no test`)
  const { negated, ...test } = step
  return negated === true ? test : { ...test, negated: true }
}
