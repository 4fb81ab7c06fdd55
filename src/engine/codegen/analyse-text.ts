import type { BlockStatement, CallExpression, Expression, MemberExpression, Statement } from 'acorn'
import type { Step } from '../../functions/steps.ts'
import { INHERITED } from './analyse-names.ts'
import {
  type FunctionNode,
  methodCall,
  numberOfLiteral,
  propertyName,
  textOfLiteral,
  textOfPattern,
  Unknown,
  unwrap,
} from './analyse-syntax.ts'
import { NOT_EMPTY, readTests } from './analyse-tests.ts'

/** One element: text, a pair, or `any`, at which a step that takes text leaves what is none to the function. */
interface One {
  readonly kind: 'text' | 'any' | 'pair'
  readonly steps: readonly Step[]
}

/** A list of elements; `cut` where they are all the parts between a separator. */
interface Parts {
  readonly kind: 'parts'
  readonly steps: readonly Step[]
  readonly item: One['kind']
  readonly cut?: { readonly separator: string; readonly of: readonly Step[] }
}

/** The value at a path into JSON text. */
interface Json {
  readonly kind: 'json'
  readonly steps: readonly Step[]
  readonly path: readonly string[]
}

type Known = One | Parts | Json

/** Return the steps of a function of one text. Throws Unknown where it has none. */
export function readSteps(node: FunctionNode, role: 'map' | 'filter' | 'flatmap'): readonly Step[] {
  const element: One = { kind: 'text', steps: [] }
  const scope = new Scope()
  if (role === 'filter') return scope.testsOf(node, element)
  const known = scope.resultOf(node, element)
  if (role === 'flatmap' && known.kind === 'parts') return known.steps
  const one = role === 'map' ? oneOf(known) : undefined
  if (one === undefined) throw new Unknown(node.body)
  return one.steps
}

/** Return what is known as one element, if it is one. */
function oneOf(known: Known): One | undefined {
  if (known.kind === 'parts') return undefined
  if (known.kind !== 'json') return known
  if (known.path.length === 0) return undefined
  return { kind: 'any', steps: [...known.steps, { step: 'json-path', path: known.path, missing: undefined }] }
}

const PLAIN_METHODS: ReadonlyMap<string, 'lower' | 'upper' | 'trim'> = new Map([
  ['toLowerCase', 'lower'],
  ['toUpperCase', 'upper'],
  ['trim', 'trim'],
])

/** Names, and what they are known to be: one that is not known still hides a global one. */
class Scope {
  readonly #names: Map<string, Known | undefined>
  readonly #used = new Set<string>()

  constructor(hidden: Iterable<string> = []) {
    this.#names = new Map([...hidden].map((name) => [name, undefined]))
  }

  /** What a function makes of its argument. What stands around the function is not looked at. */
  resultOf(node: FunctionNode, argument: One): Known {
    const scope = this.#within(node, argument)
    return node.body.type === 'BlockStatement' ? scope.#readBlock(node.body) : scope.#read(node.body)
  }

  /** The tests that a function makes of its argument. */
  testsOf(node: FunctionNode, argument: One): readonly Step[] {
    const scope = this.#within(node, argument)
    const { body } = node
    const result = body.type === 'BlockStatement' ? returned(body, body.body[0]) : body
    return readTests(result, {
      isElement: (tested) => tested.type === 'Identifier' && scope.#names.get(tested.name) === argument,
      isGlobal: (name) => !scope.#names.has(name),
    })
  }

  #within(node: FunctionNode, argument: One): Scope {
    const [parameter, ...others] = node.params
    if (parameter?.type !== 'Identifier' || others.length > 0) throw new Unknown(parameter ?? node)
    const scope = new Scope(this.#names.keys())
    if (node.type === 'FunctionExpression' && node.id) scope.#names.set(node.id.name, undefined)
    scope.#names.set(parameter.name, argument)
    return scope
  }

  /** Constants and a return. Each must be used: one that is not may throw all the same. */
  #readBlock(block: BlockStatement): Known {
    const constants = block.body.slice(0, -1).map(constantOf)
    // Until a constant has its value its name is nothing, and not the global one either.
    for (const { name } of constants) this.#names.set(name, undefined)
    for (const { name, value } of constants) this.#names.set(name, this.#read(value))
    const known = this.#read(returned(block, block.body.at(-1)))
    for (const { name, value } of constants) if (!this.#used.has(name)) throw new Unknown(value)
    return known
  }

  #read(wrapped: Expression): Known {
    const node = unwrap(wrapped)
    let known: Known | undefined
    if (node.type === 'Identifier') {
      known = this.#names.get(node.name)
      this.#used.add(node.name)
    } else if (node.type === 'MemberExpression') known = this.#readMember(node)
    else if (node.type === 'CallExpression') known = this.#readCall(node)
    else if (node.type === 'ArrayExpression') {
      const [left, right] = node.elements
      const value = right && right.type !== 'SpreadElement' ? numberOfLiteral(right) : undefined
      if (!left || left.type === 'SpreadElement' || value === undefined || node.elements.length !== 2)
        throw new Unknown(node)
      const one = oneOf(this.#read(left))
      known = one && pairOf(one, value)
    }
    if (known === undefined) throw new Unknown(node)
    return known
  }

  #readMember(node: MemberExpression): Known | undefined {
    const name = propertyName(node)
    if (node.object.type === 'Super' || name === undefined) return undefined
    const of = this.#read(node.object)
    if (of.kind === 'json') return isDataKey(name) ? { ...of, path: [...of.path, name] } : undefined
    return node.computed ? partOf(of, node.property as Expression) : undefined
  }

  #readCall(node: CallExpression): Known | undefined {
    const call = methodCall(node)
    if (call === undefined) return undefined
    const [first, ...others] = call.arguments
    if (others.length > 0) return undefined
    const { object, name } = call
    if (object.type === 'Identifier' && object.name === 'JSON' && !this.#names.has('JSON')) {
      const text = name === 'parse' && first ? textual(this.#read(first)) : undefined
      return text && { kind: 'json', steps: text, path: [] }
    }
    const of = this.#read(object)
    if (of.kind === 'parts' && first !== undefined)
      return name === 'at' ? partOf(of, first) : this.#readEach(of, name, first)
    const text = textual(of)
    if (text === undefined) return undefined
    const step = PLAIN_METHODS.get(name)
    if (step !== undefined && first === undefined) return { kind: 'text', steps: [...text, { step }] }
    const separator = name === 'split' && first ? (textOfLiteral(first) ?? textOfPattern(first)) : undefined
    return separator ? partsOf(text, separator) : undefined
  }

  /** `filter`, `map` or `flatMap` over parts. */
  #readEach(of: Parts, name: string, each: Expression): Parts | undefined {
    // What is no text is looked at by tests too, and a pair by all.
    if (of.item === 'pair' || (name === 'filter' && of.item !== 'text')) return undefined
    const item: One = { kind: of.item, steps: [] }
    const parts = (kind: One['kind'], steps: readonly Step[]): Parts => ({
      kind: 'parts',
      item: kind,
      steps: [...of.steps, ...steps],
    })
    if (each.type === 'Identifier' && each.name === 'Boolean' && !this.#names.has('Boolean'))
      return name === 'filter' ? parts('text', [NOT_EMPTY]) : undefined
    if (each.type !== 'ArrowFunctionExpression' && each.type !== 'FunctionExpression') return undefined
    if (each.async || each.generator) return undefined
    if (name === 'filter') return parts('text', this.testsOf(each, item))
    const made = name === 'map' || name === 'flatMap' ? this.resultOf(each, item) : undefined
    if (name === 'flatMap') return made?.kind === 'parts' ? parts(made.item, made.steps) : undefined
    const one = made && oneOf(made)
    return one && parts(one.kind, one.steps)
  }
}

function textual(known: Known): readonly Step[] | undefined {
  return known.kind === 'pair' ? undefined : oneOf(known)?.steps
}

function pairOf(one: One, value: number): One | undefined {
  return one.kind === 'pair'
    ? undefined
    : { kind: 'pair', steps: [...one.steps, { step: 'pair-with', value }] }
}

function partsOf(text: readonly Step[], separator: string): Parts {
  const steps: readonly Step[] = [...text, { step: 'split', separator, trailing: 'keep' }]
  return { kind: 'parts', item: 'text', steps, cut: { separator, of: text } }
}

const LARGEST = 2 ** 31 - 1

function partOf(parts: Known, key: Expression): One | undefined {
  const index = numberOfLiteral(key)
  if (parts.kind !== 'parts' || parts.cut === undefined || index === undefined) return undefined
  if (!Number.isInteger(index) || index < 0 || index > LARGEST) return undefined
  const { separator, of } = parts.cut
  // There is always a first part.
  return { kind: index === 0 ? 'text' : 'any', steps: [...of, { step: 'part', separator, index }] }
}

/** Whether a key reads data, if anything: the other names are there without data, and `01` is no index of a list. */
function isDataKey(key: string): boolean {
  if (key === '' || INHERITED.has(key)) return false
  return !/^\d/.test(key) || (String(Number(key)) === key && Number(key) <= LARGEST)
}

function constantOf(statement: Statement): { readonly name: string; readonly value: Expression } {
  if (statement.type !== 'VariableDeclaration' || statement.kind !== 'const') throw new Unknown(statement)
  const [declared, ...others] = statement.declarations
  if (declared?.id.type !== 'Identifier' || !declared.init || others.length > 0) throw new Unknown(statement)
  return { name: declared.id.name, value: declared.init }
}

/** What the last statement of a block returns; a directive before it is nothing to see. */
function returned(block: BlockStatement, last: Statement | undefined): Expression {
  if (last?.type !== 'ReturnStatement' || !last.argument || block.body.at(-1) !== last)
    throw new Unknown(last ?? block)
  return last.argument
}
