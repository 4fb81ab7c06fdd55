import type { CallExpression, Expression, Node, PrivateIdentifier, Super } from 'acorn'
import * as names from './analyse-names.ts'
import type { Scope } from './analyse-scope.ts'
import { type Code, propertyName, quote, Refusal } from './analyse-syntax.ts'

/** Where a function comes from: written as text, to be evaluated in the global scope, or made by a program somewhere. */
export type Origin = 'source' | 'closure'

/** What is refused by its name alone. */
export class NameChecks {
  readonly #code: Code
  readonly #origin: Origin

  /** @param code for the reasons, which quote it. */
  constructor(code: Code, origin: Origin) {
    this.#code = code
    this.#origin = origin
  }

  /** Throw a Refusal; `@` in the reason stands for the code of the node. */
  refuse(node: Node, reason: string): never {
    throw new Refusal(reason.replace('@', () => quote(this.#code, node)))
  }

  /** Refuse the name of a property under which more than data may be found. */
  checkKey(node: Expression | PrivateIdentifier, computed: boolean): void {
    const name = !computed && node.type === 'Identifier' ? node.name : undefined
    const key = name ?? (node.type === 'Literal' && node.regex === undefined ? String(node.value) : undefined)
    if (key === undefined || names.REACHING.has(key)) this.refuse(node, 'the property @ may be a function')
  }

  /** The global object of a closure's text may be hidden by what stands around the closure. */
  checkGlobal(node: Node, name: string): void {
    if (names.UNSTEADY.has(name)) this.refuse(node, '@ may differ from call to call')
    if (this.#origin === 'closure') this.refuse(node, 'it reads @, which may be one of its program')
  }

  /** Name the whole of `Date.now()`, rather than `Date` alone. */
  checkSteady(callee: Expression | Super, whole: Node, scope: Scope): void {
    if (callee.type !== 'MemberExpression' || callee.object.type !== 'Identifier') return
    const { name } = callee.object
    if (scope.find(name) !== undefined) return
    const full = `${name}.${propertyName(callee)}`
    if (names.UNSTEADY.has(name) || names.UNSTEADY.has(full))
      this.refuse(whole, '@ may differ from call to call')
  }

  /** Refuse a method that is not known, or that would change what this call did not make. */
  checkMethod(node: CallExpression, name: string, object: Expression, scope: Scope, isRead: boolean): void {
    if (names.METHODS.has(name)) return
    if (names.CHANGING.has(name)) {
      if (!scope.isOwn(object)) this.refuse(node, '@ changes what it did not make')
    } else if (names.MATCHING.has(name)) {
      if (!scope.isPattern(object)) this.refuse(node, '@ may change a regular expression')
    } else if (names.ITERATORS.has(name)) {
      if (!isRead) this.refuse(node, '@ gives an iterator, which can be read once')
    } else this.refuse(node, '@ is not known to be the same at each call')
  }
}
