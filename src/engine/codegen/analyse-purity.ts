import type {
  BlockStatement,
  Expression,
  FunctionDeclaration,
  Node,
  Pattern,
  Statement,
  VariableDeclaration,
} from 'acorn'
import type { Origin } from './analyse-checks.ts'
import { Expressions } from './analyse-expressions.ts'
import { type Binding, Scope } from './analyse-scope.ts'
import { type Code, type FunctionNode, Unknown } from './analyse-syntax.ts'

/**
 * Throw a Refusal unless a function is pure: it reads its arguments, its own names, literals, and globals and methods that
 * are known; it changes what it made itself; and what it gives is no function and no iterator, which would remember.
 *
 * @param arity how many arguments it gets: of further ones nobody says what they are.
 */
export function refuseImpure(code: Code, arity: number, origin: Origin): void {
  const purity = new Purity(code, origin)
  if (code.node.params.length > arity)
    purity.expressions.refuse(
      code.node,
      `it takes more than ${arity === 1 ? 'one argument' : 'two arguments'}`,
    )
  purity.enter(code.node, new Scope())
}

/** How a name is changed after it was declared, anywhere in the function. */
type Change = 'to a number' | 'to anything'

class Purity {
  readonly expressions: Expressions
  readonly #changes: ReadonlyMap<string, Change>

  constructor(code: Code, origin: Origin) {
    this.expressions = new Expressions(code, origin, (node, scope) => this.enter(node, scope))
    this.#changes = changesIn(code.node)
  }

  /** Refuse a function that is not known to be pure. */
  enter(node: FunctionNode | FunctionDeclaration, outer: Scope): void {
    if (node.async) this.#refuse(node, 'it is async')
    if (node.generator) this.#refuse(node, 'it is a generator')
    const named = new Scope(outer)
    if (node.type === 'FunctionExpression' && node.id) named.names.set(node.id.name, { kind: 'function' })
    const scope = new Scope(named)
    for (const parameter of node.params) {
      if (parameter.type === 'RestElement') this.#refuse(parameter, '@ takes any number of arguments')
      this.#declare(parameter, scope, { kind: 'parameter' })
    }
    if (node.body.type === 'BlockStatement') this.#visitBlock(node.body, scope)
    else this.expressions.visit(node.body, scope)
  }

  #refuse(node: Node, reason: string): never {
    return this.expressions.refuse(node, reason)
  }

  #declare(pattern: Pattern, scope: Scope, binding: Binding): void {
    try {
      scope.declare(pattern, binding)
    } catch (error) {
      if (error instanceof Unknown) this.#refuse(error.node, '@ is more than can be followed')
      throw error
    }
    this.#visitKeys(pattern)
  }

  #visitKeys(pattern: Pattern): void {
    if (pattern.type === 'ArrayPattern')
      for (const element of pattern.elements) if (element !== null) this.#visitKeys(element)
    if (pattern.type !== 'ObjectPattern') return
    for (const property of pattern.properties) {
      if (property.type === 'RestElement') continue
      this.expressions.checkKey(property.key, property.computed)
      this.#visitKeys(property.value)
    }
  }

  #visitBlock(block: BlockStatement, outer: Scope): void {
    const scope = new Scope(outer)
    this.#visitStatements(block.body, scope)
  }

  #visitStatements(statements: readonly Statement[], scope: Scope): void {
    for (const statement of statements) {
      if (statement.type === 'VariableDeclaration') this.#declareAll(statement, scope)
      if (statement.type === 'FunctionDeclaration') scope.names.set(statement.id.name, { kind: 'function' })
    }
    for (const statement of statements) this.#visitStatement(statement, scope)
  }

  #visitStatement(node: Statement, scope: Scope): void {
    switch (node.type) {
      case 'EmptyStatement':
        return
      case 'ExpressionStatement':
        this.expressions.visit(node.expression, scope)
        return
      case 'ReturnStatement':
        this.#visitOptional(node.argument, scope)
        return
      case 'BlockStatement':
        this.#visitBlock(node, scope)
        return
      case 'IfStatement':
        this.expressions.visit(node.test, scope)
        this.#visitBranch(node.consequent, scope)
        this.#visitBranch(node.alternate, scope)
        return
      case 'VariableDeclaration':
        this.#visitDeclaration(node, scope)
        return
      case 'FunctionDeclaration':
        this.enter(node, scope)
        return
      case 'ForStatement': {
        const inner = new Scope(scope)
        if (node.init?.type === 'VariableDeclaration') {
          this.#declareAll(node.init, inner)
          this.#visitDeclaration(node.init, inner)
        } else this.#visitOptional(node.init, inner)
        this.#visitOptional(node.test, inner)
        this.#visitOptional(node.update, inner)
        this.#visitBranch(node.body, inner)
        return
      }
      case 'ForOfStatement': {
        const { left } = node
        if (node.await || left.type !== 'VariableDeclaration') break
        const inner = new Scope(scope)
        this.#declareAll(left, inner)
        this.expressions.visitIterable(node.right, inner)
        this.#visitBranch(node.body, inner)
        return
      }
      case 'WhileStatement':
      case 'DoWhileStatement':
        this.expressions.visit(node.test, scope)
        this.#visitBranch(node.body, scope)
        return
      case 'BreakStatement':
      case 'ContinueStatement':
        if (node.label) break
        return
      case 'TryStatement':
        // What an error says of its place is not the same at each call.
        if (node.handler?.param || node.finalizer) break
        this.#visitBlock(node.block, scope)
        if (node.handler) this.#visitBlock(node.handler.body, scope)
        return
      case 'ThrowStatement':
        this.#refuse(node, '@ throws on purpose')
    }
    this.#refuse(node, '@ is more than can be followed')
  }

  #visitBranch(node: Statement | null | undefined, scope: Scope): void {
    if (node) this.#visitStatement(node, scope)
  }

  #visitOptional(node: Expression | null | undefined, scope: Scope): void {
    if (node) this.expressions.visit(node, scope)
  }

  #declareAll(node: VariableDeclaration, scope: Scope): void {
    // A `var` is there in places where its block is not.
    if (node.kind !== 'const' && node.kind !== 'let') this.#refuse(node, '@ is no const and no let')
    for (const { id } of node.declarations) this.#declare(id, scope, { kind: 'local' })
  }

  /** Look into the values of names, and remember what is known of them. */
  #visitDeclaration({ declarations }: VariableDeclaration, scope: Scope): void {
    for (const { id, init } of declarations) {
      if (!init) continue
      if (id.type === 'Identifier' && /^(Arrow)?FunctionExpression$/.test(init.type)) {
        if (this.#changes.has(id.name)) this.#refuse(id, '@ is a function, and changes')
        scope.names.set(id.name, { kind: 'function' })
        this.enter(init as FunctionNode, scope)
        continue
      }
      if (id.type === 'ArrayPattern') this.expressions.visitIterable(init, scope)
      else this.expressions.visit(init, scope)
      if (id.type !== 'Identifier') continue
      const change = this.#changes.get(id.name)
      scope.names.set(id.name, {
        kind: 'local',
        isOwn: change === undefined && scope.isOwn(init),
        isNumber: change !== 'to anything' && scope.isNumber(init),
        isPattern: change === undefined && scope.isPattern(init),
      })
    }
  }
}

/** Find every assignment to a name, in whatever scope: names that are alike share what is known of the change. */
function changesIn(root: Node): ReadonlyMap<string, Change> {
  const changes = new Map<string, Change>()
  const waiting: unknown[] = [root]
  while (waiting.length > 0) {
    const node = waiting.pop() as Expression
    if (node.type === 'UpdateExpression' && node.argument.type === 'Identifier') {
      if (!changes.has(node.argument.name)) changes.set(node.argument.name, 'to a number')
    }
    if (node.type === 'AssignmentExpression' && node.left.type === 'Identifier') {
      const { name } = node.left
      const isNumber =
        /^([-*/%|^&]|\*\*|<<|>>>?)=$/.test(node.operator) ||
        (/^\+?=$/.test(node.operator) && new Scope().isNumber(node.right))
      if (!isNumber || !changes.has(name)) changes.set(name, isNumber ? 'to a number' : 'to anything')
    }
    for (const value of Object.values(node))
      for (const child of Array.isArray(value) ? value : [value])
        if (typeof child === 'object' && child !== null && typeof child.type === 'string') waiting.push(child)
  }
  return changes
}
