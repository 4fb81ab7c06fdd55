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

/** Return true for a word that can only be a function's text: an arrow, or `function …`. */
export function looksLikeSource(word: string): boolean {
  return word.includes('=>') || /^(?:async\s+)?function\b/.test(word.trim())
}
