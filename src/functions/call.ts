/** A built-in function as it was written: `name` or `name:parameter`. */
export interface FunctionCall {
  readonly name: string
  readonly parameter?: string
}

/**
 * Return the parts of a word that has the shape of a call, else undefined (an arrow, a module's export).
 *
 * All that follows the first colon is the parameter, whatever it holds; `count:` is `count`, which lets a function be
 * told from a command of the same name. Does not look whether a function of that name exists.
 */
export function parseCall(word: string): FunctionCall | undefined {
  const colon = word.indexOf(':')
  const name = colon < 0 ? word : word.slice(0, colon)
  if (!/^[A-Za-z][A-Za-z0-9-]*$/.test(name)) return undefined
  return colon < 0 || colon === word.length - 1 ? { name } : { name, parameter: word.slice(colon + 1) }
}
