import { types } from 'node:util'

/** Parts of a value that are looked at before it is remembered which they were. */
const FEW = 1000

/** A value that does not come back as it was when it is written down. */
export class NotSavable extends TypeError {
  /** The value, or that of which it is a part. */
  readonly value: unknown

  constructor(reason: string, value: unknown) {
    super(reason)
    this.value = value
  }
}

/**
 * Return a value of the user's, which is about to be written down.
 *
 * @throws NotSavable where it is, or holds, what would come back as something else, such as an instance of a class.
 */
export function savable<T>(value: T): T {
  // The items of a list one by one: an error shows the one that it is about.
  if (Array.isArray(value)) for (const item of value) checkOne(item)
  else checkOne(value)
  return value
}

function checkOne(value: unknown): void {
  if (typeof value !== 'object' || value === null) checkPart(value, value)
  else checkAll(value)
}

function checkAll(value: object): void {
  const waiting: unknown[] = [value]
  let seen: Set<unknown> | undefined
  for (let count = 0; waiting.length > 0; count++) {
    const part = waiting.pop()
    if (typeof part !== 'object' || part === null) {
      checkPart(part, value)
      continue
    }
    // Only what is large, or holds itself, needs a memory of what was looked at.
    if (count > FEW) {
      seen ??= new Set()
      if (seen.has(part)) continue
      seen.add(part)
    }
    checkObject(part, value)
    if (ArrayBuffer.isView(part)) continue
    if (types.isMap(part)) for (const [key, item] of part) waiting.push(key, item)
    else if (types.isSet(part) || Array.isArray(part)) for (const item of part) waiting.push(item)
    else for (const name of Object.keys(part)) waiting.push((part as Record<string, unknown>)[name])
  }
}

function checkPart(part: unknown, whole: unknown): void {
  if (typeof part !== 'function' && typeof part !== 'symbol') return
  throw new NotSavable(
    `a ${typeof part} cannot be written down: keep data, and look up the ${typeof part} by it`,
    whole,
  )
}

function checkObject(part: object, whole: unknown): void {
  const depth = depthOf(part)
  if (depth === undefined) {
    throw new NotSavable(`${articled(part)} cannot be written down: keep plain data in its place`, whole)
  }
  let prototype: unknown = Object.getPrototypeOf(part)
  let found = 0
  for (; prototype !== null; prototype = Object.getPrototypeOf(prototype)) found += 1
  if (found <= depth) return
  throw new NotSavable(
    `${articled(part)} would come back without its methods: keep plain data (records, lists, Map, Set, Date), ` +
      'and make the instance of it where it is used',
    whole,
  )
}

/** Return how many prototypes a value has that is no instance of a class of the user's; undefined for what cannot be copied. */
function depthOf(part: object): number | undefined {
  if (Array.isArray(part)) return 2
  if (Buffer.isBuffer(part)) return 4
  if (types.isTypedArray(part)) return types.isSharedArrayBuffer(part.buffer) ? undefined : 3
  if (types.isProxy(part) || types.isPromise(part) || types.isWeakMap(part) || types.isWeakSet(part))
    return undefined
  if (types.isSharedArrayBuffer(part) || types.isGeneratorObject(part) || part instanceof WeakRef)
    return undefined
  // Of errors there are several kinds, each under Error.
  if (types.isNativeError(part)) return 3
  const isBuiltIn =
    types.isMap(part) ||
    types.isSet(part) ||
    types.isDate(part) ||
    types.isRegExp(part) ||
    types.isArrayBuffer(part) ||
    types.isDataView(part) ||
    types.isBoxedPrimitive(part)
  return isBuiltIn ? 2 : 1
}

function articled(part: object): string {
  const name = types.isProxy(part) ? 'Proxy' : part.constructor?.name
  return typeof name === 'string' && name !== '' && name !== 'Object'
    ? `an instance of ${name}`
    : 'an object of its own kind'
}
