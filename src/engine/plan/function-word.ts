import { parseCall } from '../../functions/call.ts'
import { findFunction } from '../../functions/registry.ts'
import type { FunctionReference } from './plan.ts'

/**
 * Return the function that a word names: a built-in, a module's export `./file.ts#name`, or else the text of a function.
 * Whether the text is one is found out when it is evaluated.
 */
export function parseFunction(word: string): FunctionReference {
  const call = parseCall(word)
  if (call !== undefined && findFunction(call.name) !== undefined) {
    return call.parameter === undefined
      ? { type: 'builtin', name: call.name }
      : { type: 'builtin', name: call.name, parameter: call.parameter }
  }
  const module = /^([^#]+\.[mc]?[jt]s)#([\p{ID_Start}$_][\p{ID_Continue}$]*)$/u.exec(word)
  if (module !== null) return { type: 'module', path: module[1] as string, name: module[2] as string }
  return { type: 'source', text: word }
}

/**
 * Return the function that a word names where it may also be the path of a field: a word that is no function of one
 * element, no module's export and no arrow.
 */
export function parseFunctionOrPath(word: string): FunctionReference {
  const reference = parseFunction(word)
  if (reference.type === 'module' || looksLikeSource(word)) return reference
  if (reference.type === 'builtin' && findFunction(reference.name)?.roles.includes('map')) return reference
  return { type: 'builtin', name: 'field', parameter: word }
}

/** Return true for a word that can only be a function's text: an arrow, or `function …`. */
export function looksLikeSource(word: string): boolean {
  return word.includes('=>') || /^(?:async\s+)?function\b/.test(word.trim())
}
