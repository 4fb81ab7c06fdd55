import type {
  ArrowFunctionExpression,
  CallExpression,
  Expression,
  FunctionExpression,
  MemberExpression,
  Node,
} from 'acorn'
import { stripTypes } from '../plan/typescript.ts'

/** A function as a tree. */
export type FunctionNode = ArrowFunctionExpression | FunctionExpression

/** What ends an analysis: its message is the reason, as the end of a sentence that starts with "because". */
export class Refusal extends Error {}

/** What ends the search for steps: the part of a function that is more than kernels know. */
export class Unknown extends Error {
  readonly node: Node

  constructor(node: Node) {
    super('no kernel')
    this.node = node
  }
}

/** A function of the user, and the text that its nodes are places in. */
export interface Code {
  readonly node: FunctionNode
  readonly source: string
}

// What `evaluateArrow` puts around the text, so that both read the same.
const BEFORE = "'use strict';("
const AFTER = '\n)'

/** Return the tree of a function, its types erased where it does not parse with them. Throws a Refusal if it is none. */
export async function parseFunction(text: string): Promise<Code> {
  const { parse } = await import('acorn')
  const read = (inner: string): Code => {
    const source = BEFORE + inner + AFTER
    const onComment = (_isBlock: boolean, _text: string, start: number): void => {
      // `<!--` begins a comment in a script, and is two operators in a module: it depends on where the text comes from.
      if (source[start] !== '/') throw new Refusal('it has a comment of HTML')
    }
    const { body } = parse(source, { ecmaVersion: 'latest', sourceType: 'script', onComment })
    const statement = body[1]
    const node = statement?.type === 'ExpressionStatement' ? statement.expression : undefined
    const isFunction = node?.type === 'ArrowFunctionExpression' || node?.type === 'FunctionExpression'
    if (body.length !== 2 || !isFunction) throw new Refusal('it is not written out as a function')
    return { node, source }
  }
  try {
    return read(text)
  } catch (error) {
    if (error instanceof Refusal) throw error
  }
  let erased: string
  try {
    erased = await stripTypes(`(${text}\n)`)
    return read(erased)
  } catch (error) {
    throw error instanceof Refusal ? error : new Refusal('it cannot be parsed')
  }
}

const LONGEST_QUOTE = 40

/** Return the code of a node between backticks, on one line and cut where it is long. */
export function quote({ source }: Pick<Code, 'source'>, { start, end }: Node): string {
  const text = source.slice(start, end).replace(/\s+/g, ' ')
  return `\`${text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE - 1)}…` : text}\``
}

/** Return a node without the wrapper of optional chaining. */
export function unwrap(node: Expression): Expression {
  return node.type === 'ChainExpression' ? node.expression : node
}

/** Return the number that a literal stands for, with its sign; -0 is none, for few keep it. */
export function numberOfLiteral(node: Expression): number | undefined {
  const isMinus = node.type === 'UnaryExpression' && node.operator === '-'
  const literal = isMinus ? node.argument : node
  if (literal.type !== 'Literal' || typeof literal.value !== 'number') return undefined
  const value = isMinus ? -literal.value : literal.value
  return Number.isFinite(value) && !Object.is(value, -0) ? value : undefined
}

/** Return the text that a literal stands for. Half a surrogate pair has no bytes, so such text is none. */
export function textOfLiteral(node: Expression): string | undefined {
  const text =
    node.type === 'TemplateLiteral' && node.expressions.length === 0
      ? node.quasis[0]?.value.cooked
      : node.type === 'Literal'
        ? node.value
        : undefined
  return typeof text === 'string' && text.isWellFormed() ? text : undefined
}

/**
 * Return the text that a regular expression matches and nothing else, where it is as plain as `/, /` or `/\|/`. Only
 * ASCII, and no flags: then cutting at the expression is cutting at the text.
 */
export function textOfPattern(node: Expression): string | undefined {
  if (node.type !== 'Literal' || node.regex === undefined || node.regex.flags !== '') return undefined
  const { pattern } = node.regex
  if (!/^(?:[\w !"#%&',:;<=>@`~-]|\\[t!-/:-@[-`{-~])+$/.test(pattern)) return undefined
  return pattern.replace(/\\(.)/g, (_, letter: string) => (letter === 't' ? '\t' : letter))
}

/** A method called by its name, with arguments that are all written out. */
export interface MethodCall {
  readonly object: Expression
  readonly name: string
  readonly arguments: readonly Expression[]
}

/** Return what a call like `a.b(c)` or `a?.b(c)` calls. */
export function methodCall(node: CallExpression): MethodCall | undefined {
  const { callee } = node
  if (callee.type !== 'MemberExpression' || callee.object.type === 'Super') return undefined
  const name = propertyName(callee)
  if (callee.computed || name === undefined) return undefined
  const written = node.arguments.filter((argument) => argument.type !== 'SpreadElement')
  return written.length < node.arguments.length
    ? undefined
    : { object: callee.object, name, arguments: written }
}

/** Return the name that a property is read by: `a.b`, `a['b']`, `a[0]`; undefined where it is computed. */
export function propertyName({ property, computed }: MemberExpression): string | undefined {
  if (property.type === 'PrivateIdentifier') return undefined
  if (!computed) return property.type === 'Identifier' ? property.name : undefined
  const index = numberOfLiteral(property)
  if (index === undefined) return textOfLiteral(property)
  return Number.isSafeInteger(index) && index >= 0 ? String(index) : undefined
}
