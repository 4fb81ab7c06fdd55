import type { Expression, Pattern } from 'acorn'
import { MAKING, RETURNING, STATIC, STATIC_CONSTANTS, STATIC_MAKING } from './analyse-names.ts'
import { Unknown, unwrap } from './analyse-syntax.ts'

/** What is known of a name that the function itself declares. */
export interface Binding {
  readonly kind: 'parameter' | 'local' | 'function'
  /** Its value is an object that this call made: nobody else sees what is done to it. */
  readonly isOwn?: boolean
  /** Its value is a number, whenever it is read. */
  readonly isNumber?: boolean
  /** Its value is a regular expression that this call made. */
  readonly isPattern?: boolean
}

/** The names of a function or a block, and those around it. */
export class Scope {
  readonly names = new Map<string, Binding>()
  readonly #outer: Scope | undefined

  constructor(outer?: Scope) {
    this.#outer = outer
  }

  /** Return what the function declares under a name; undefined where it declares none. */
  find(name: string): Binding | undefined {
    return this.names.get(name) ?? this.#outer?.find(name)
  }

  /** Return `Math.max` or the like for a function of a global object that is known, or a number of it. */
  staticName(node: Expression): string | undefined {
    if (node.type !== 'MemberExpression' || node.computed || node.object.type !== 'Identifier')
      return undefined
    if (node.property.type !== 'Identifier' || this.find(node.object.name)) return undefined
    const name = `${node.object.name}.${node.property.name}`
    return STATIC.has(name) || STATIC_CONSTANTS.has(name) ? name : undefined
  }

  /** Whether an expression gives an object that nobody outside of the call has. */
  isOwn(wrapped: Expression): boolean {
    const node = unwrap(wrapped)
    switch (node.type) {
      case 'ArrayExpression':
      case 'ObjectExpression':
        return true
      case 'Identifier':
        return this.find(node.name)?.isOwn === true
      case 'LogicalExpression':
        return this.isOwn(node.left) && this.isOwn(node.right)
      case 'ConditionalExpression':
        return this.isOwn(node.consequent) && this.isOwn(node.alternate)
      case 'NewExpression':
        return node.callee.type === 'Identifier' && !this.find(node.callee.name)
      case 'CallExpression': {
        const { callee } = node
        if (callee.type === 'Identifier') return callee.name === 'Array' && !this.find('Array')
        if (callee.type !== 'MemberExpression' || callee.computed) return false
        if (callee.property.type !== 'Identifier' || callee.object.type === 'Super') return false
        const known = this.staticName(callee)
        // A reviver may give something else in place of what was parsed.
        if (known === 'JSON.parse') return node.arguments.length === 1
        if (known !== undefined) return STATIC_MAKING.has(known)
        const { name } = callee.property
        return MAKING.has(name) || (RETURNING.has(name) && this.isOwn(callee.object))
      }
      default:
        return false
    }
  }

  /** Whether an expression is a number, or throws: what it reads of a list is no method then. */
  isNumber(node: Expression): boolean {
    switch (node.type) {
      case 'Literal':
        return typeof node.value === 'number'
      case 'Identifier':
        return this.find(node.name)?.isNumber === true
      case 'UpdateExpression':
        return true
      case 'UnaryExpression':
        return /^[-+~]$/.test(node.operator)
      case 'BinaryExpression':
        if (node.operator === '+')
          return (
            node.left.type !== 'PrivateIdentifier' && this.isNumber(node.left) && this.isNumber(node.right)
          )
        return /^([-*/%|^&]|\*\*|<<|>>>?)$/.test(node.operator)
      default:
        return false
    }
  }

  /** Whether an expression is a regular expression of this call. */
  isPattern(node: Expression): boolean {
    if (node.type === 'Identifier') return this.find(node.name)?.isPattern === true
    return node.type === 'Literal' && node.regex !== undefined
  }

  /** Declare all names of a pattern. Throws Unknown where it computes something. */
  declare(pattern: Pattern, binding: Binding): void {
    switch (pattern.type) {
      case 'Identifier':
        this.names.set(pattern.name, binding)
        return
      case 'ArrayPattern':
        for (const element of pattern.elements) if (element !== null) this.declare(element, binding)
        return
      case 'ObjectPattern':
        for (const property of pattern.properties)
          this.declare(property.type === 'RestElement' ? property.argument : property.value, binding)
        return
      case 'RestElement':
        this.declare(pattern.argument, binding)
        return
      default:
        throw new Unknown(pattern)
    }
  }
}
