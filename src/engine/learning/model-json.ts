/** Lists of numbers, as JSON has them. */
export type FloatLists = readonly (readonly number[])[]

/** Return the fields of a model as JSON. Throws a TypeError where it is no model of that name. */
export function modelJson(json: unknown, name: string): Readonly<Record<string, unknown>> {
  const fields = (typeof json === 'object' && json !== null ? json : {}) as Readonly<Record<string, unknown>>
  if (fields.model !== name)
    throw new TypeError(
      `expected a model ${JSON.stringify(name)}, got ${JSON.stringify(fields.model ?? null)}`,
    )
  return fields
}

/** Return a list of finite numbers. Throws a TypeError for anything else. */
export function floats(value: unknown, name: string): readonly number[] {
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'number' && Number.isFinite(item)))
    throw new TypeError(`expected finite numbers as ${name}`)
  return value
}

/** Return lists of finite numbers, all of one length. Throws a TypeError for anything else. */
export function floatLists(value: unknown, name: string): FloatLists {
  if (!Array.isArray(value)) throw new TypeError(`expected lists of numbers as ${name}`)
  const lists = value.map((list) => floats(list, name))
  if (lists.some((list) => list.length !== lists[0]?.length))
    throw new TypeError(`expected lists of one length as ${name}`)
  return lists
}
