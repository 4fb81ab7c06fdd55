/** The type of the elements of a stream, as far as the generator of chains must know it. */
export type Type =
  | { readonly kind: 'int' | 'str' }
  | { readonly kind: 'pair'; readonly key: Type; readonly value: Type }
  /** Values in no order. */
  | { readonly kind: 'bag'; readonly of: Type }
  /** A value or nothing, as outer joins give them. */
  | { readonly kind: 'option'; readonly of: Type }

export const INT: Type = { kind: 'int' }
export const STR: Type = { kind: 'str' }
export const pair = (key: Type, value: Type): Type => ({ kind: 'pair', key, value })
export const bag = (of: Type): Type => ({ kind: 'bag', of })
export const option = (of: Type): Type => ({ kind: 'option', of })

/** Whether a value of this type can be a key in both languages. */
export function isKeyable(type: Type): boolean {
  if (type.kind === 'pair') return isKeyable(type.key) && isKeyable(type.value)
  return type.kind === 'int' || type.kind === 'str'
}

/** Return an element in a form that is equal where both sides mean the same: bags are sorted. */
export function canonical(type: Type, element: unknown): unknown {
  if (type.kind === 'option' && element !== null) return canonical(type.of, element)
  if (!Array.isArray(element)) return element
  if (type.kind === 'pair')
    return [canonical(type.key, element[0]), canonical(type.value, element[1]), ...element.slice(2)]
  if (type.kind === 'bag') return sorted(element.map((item) => canonical(type.of, item)))
  return element
}

/** Return elements in the order of their JSON. */
export function sorted(elements: readonly unknown[]): unknown[] {
  return elements
    .map((element) => [JSON.stringify(element), element] as const)
    .sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0))
    .map(([, element]) => element)
}
