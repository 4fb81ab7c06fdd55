import type {
  AssignmentExpression,
  CallExpression,
  Expression,
  FunctionDeclaration,
  MemberExpression,
  NewExpression,
  Node,
  PrivateIdentifier,
  SpreadElement,
  Super,
  UpdateExpression,
} from 'acorn'
import { NameChecks, type Origin } from './analyse-checks.ts'
import * as names from './analyse-names.ts'
import type { Scope } from './analyse-scope.ts'
import { type Code, type FunctionNode, propertyName } from './analyse-syntax.ts'

/** Looks for what is not pure in expressions: whatever is not known to be pure is refused. */
export class Expressions extends NameChecks {
  readonly #enter: (node: FunctionNode | FunctionDeclaration, scope: Scope) => void

  /** @param enter looks into a function that is called while the one around it runs. */
  constructor(
    code: Code,
    origin: Origin,
    enter: (node: FunctionNode | FunctionDeclaration, scope: Scope) => void,
  ) {
    super(code, origin)
    this.#enter = enter
  }

  /** Refuse an expression that is not known to be pure. */
  visit(node: Expression | Super | PrivateIdentifier, scope: Scope): void {
    switch (node.type) {
      case 'Literal':
        return
      case 'Identifier':
        this.#visitName(node, node.name, scope)
        return
      case 'TemplateLiteral':
        this.#visitAll(node.expressions, scope)
        return
      case 'ArrayExpression':
        this.#visitAll(node.elements, scope)
        return
      case 'ObjectExpression':
        for (const property of node.properties) {
          if (property.type === 'SpreadElement') this.visit(property.argument, scope)
          else {
            if (property.kind !== 'init' || property.method)
              this.refuse(property, '@ makes a function that is called later')
            if (property.computed || nameOf(property.key) === '__proto__')
              this.refuse(property, '@ is more than can be followed')
            this.visit(property.value, scope)
          }
        }
        return
      case 'UnaryExpression':
        if (node.operator === 'delete') this.refuse(node, '@ changes what is there')
        this.visit(node.argument, scope)
        return
      case 'BinaryExpression':
        if (node.operator === 'instanceof') break
        this.#visitAll([node.left, node.right], scope)
        return
      case 'LogicalExpression':
        this.#visitAll([node.left, node.right], scope)
        return
      case 'ConditionalExpression':
        this.#visitAll([node.test, node.consequent, node.alternate], scope)
        return
      case 'ChainExpression':
        this.visit(node.expression, scope)
        return
      case 'MemberExpression':
        this.#visitMember(node, scope)
        return
      case 'CallExpression':
        this.#visitCall(node, scope, false)
        return
      case 'NewExpression':
        this.#visitNew(node, scope)
        return
      case 'AssignmentExpression':
      case 'UpdateExpression':
        this.#visitChange(node, scope)
        return
      case 'ArrowFunctionExpression':
      case 'FunctionExpression':
        this.refuse(node, '@ is a function that may be called later')
    }
    this.refuse(node, '@ may do anything')
  }

  /** Refuse what is read to its end at once, so that an iterator may stand there. */
  visitIterable(node: Expression, scope: Scope): void {
    if (node.type === 'CallExpression') this.#visitCall(node, scope, true)
    else this.visit(node, scope)
  }

  #visitAll(nodes: readonly (Expression | SpreadElement | PrivateIdentifier | null)[], scope: Scope): void {
    for (const node of nodes) {
      if (node?.type === 'SpreadElement') this.visitIterable(node.argument, scope)
      else if (node !== null) this.visit(node, scope)
    }
  }

  #visitName(node: Node, name: string, scope: Scope): void {
    const binding = scope.find(name)
    if (binding?.kind === 'function') this.refuse(node, '@ is a function that may be called later')
    if (binding !== undefined) return
    this.checkGlobal(node, name)
    if (!names.CONSTANTS.has(name)) this.refuse(node, 'it reads @, which is not its own')
  }

  #visitMember(node: MemberExpression, scope: Scope): void {
    const known = scope.staticName(node)
    if (known !== undefined) {
      this.checkGlobal(node.object, known)
      if (!names.STATIC_CONSTANTS.has(known)) this.refuse(node, '@ is a function that may be called later')
      return
    }
    this.checkSteady(node, node, scope)
    this.visit(node.object, scope)
    if (!node.computed || !isIndex(node, scope)) this.checkKey(node.property, node.computed)
    else this.visit(node.property, scope)
  }

  #visitCall(node: CallExpression, scope: Scope, isRead: boolean): void {
    const { callee } = node
    if (callee.type === 'Identifier') {
      const binding = scope.find(callee.name)
      if (binding === undefined && names.FUNCTIONS.has(callee.name)) this.checkGlobal(callee, callee.name)
      else if (binding?.kind !== 'function') {
        if (binding === undefined) this.#visitName(callee, callee.name, scope)
        this.refuse(node, '@ calls what it was given')
      }
      this.#visitAll(node.arguments, scope)
      return
    }
    if (callee.type !== 'MemberExpression') this.refuse(node, '@ may do anything')
    const known = scope.staticName(callee)
    if (known !== undefined) {
      this.checkGlobal(callee.object, known)
      this.#visitStatic(node, known, scope)
      return
    }
    this.checkSteady(callee, node, scope)
    if (callee.computed) this.refuse(node, '@ calls a method by a computed name')
    const name = propertyName(callee) ?? ''
    this.visit(callee.object, scope)
    this.checkMethod(node, name, callee.object as Expression, scope, isRead)
    this.#visitArguments(node.arguments, names.CALLBACKS.get(name), scope)
  }

  #visitStatic(node: CallExpression, known: string, scope: Scope): void {
    const [first, ...others] = node.arguments
    const isSpread = first?.type === 'SpreadElement'
    if (names.STATIC_CONSTANTS.has(known)) this.refuse(node, '@ is no function')
    if (known === 'Object.assign' && (!first || isSpread || !scope.isOwn(first)))
      this.refuse(node, '@ changes what it did not make')
    if (names.READERS.has(known) && first && !isSpread) {
      this.visitIterable(first, scope)
      this.#visitArguments(others, known === 'Array.from' ? 0 : undefined, scope)
    } else this.#visitArguments(node.arguments, names.CALLBACKS.get(known), scope)
  }

  /** One of the arguments may be a function that the callee calls before it returns. */
  #visitArguments(
    nodes: readonly (Expression | SpreadElement)[],
    callback: number | undefined,
    scope: Scope,
  ): void {
    const spread = nodes.findIndex(({ type }) => type === 'SpreadElement')
    for (const [index, node] of nodes.entries()) {
      const isCallback = index === callback && (spread < 0 || spread > index)
      if (!isCallback || node.type === 'SpreadElement' || !this.#visitCallback(node, scope))
        this.#visitAll([node], scope)
    }
  }

  /** Return whether an argument was a function, after looking into it. */
  #visitCallback(node: Expression, scope: Scope): boolean {
    if (node.type === 'ArrowFunctionExpression' || node.type === 'FunctionExpression') {
      this.#enter(node, scope)
      return true
    }
    if (node.type === 'Identifier') {
      const binding = scope.find(node.name)
      if (binding === undefined && names.FUNCTIONS.has(node.name)) this.checkGlobal(node, node.name)
      return binding === undefined ? names.FUNCTIONS.has(node.name) : binding.kind === 'function'
    }
    const known = scope.staticName(node)
    if (known === undefined || known === 'Object.assign' || names.STATIC_CONSTANTS.has(known)) return false
    this.checkGlobal((node as MemberExpression).object, known)
    return true
  }

  #visitNew(node: NewExpression, scope: Scope): void {
    const name = node.callee.type === 'Identifier' ? node.callee.name : ''
    const isGlobal = scope.find(name) === undefined
    if (isGlobal && names.UNSTEADY.has(name)) this.refuse(node, '@ may differ from call to call')
    if (!isGlobal || !/^(Array|Map|Set)$/.test(name)) this.refuse(node, '@ may do anything')
    this.checkGlobal(node.callee, name)
    for (const argument of node.arguments)
      this.visitIterable(argument.type === 'SpreadElement' ? argument.argument : argument, scope)
  }

  #visitChange(node: AssignmentExpression | UpdateExpression, scope: Scope): void {
    const target = node.type === 'UpdateExpression' ? node.argument : node.left
    if (target.type === 'Identifier') {
      const kind = scope.find(target.name)?.kind
      if (kind === 'parameter') this.refuse(node, '@ gives its argument another value')
      if (kind !== 'local') this.refuse(node, '@ changes what is not its own')
    } else if (target.type === 'MemberExpression') {
      if (target.object.type === 'Super' || !scope.isOwn(target.object))
        this.refuse(node, '@ changes what it did not make')
      this.#visitMember(target, scope)
    } else this.refuse(node, '@ is more than can be followed')
    if (node.type === 'AssignmentExpression') this.visit(node.right, scope)
  }
}

/** The name of a property in an object that is written out. */
function nameOf(key: Expression): string {
  return key.type === 'Identifier' ? key.name : key.type === 'Literal' ? String(key.value) : '__proto__'
}

function isIndex({ property }: MemberExpression, scope: Scope): boolean {
  return property.type !== 'PrivateIdentifier' && scope.isNumber(property)
}
