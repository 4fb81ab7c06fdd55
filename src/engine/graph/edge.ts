/** What names a vertex: a whole number, which may be written as text, or any other text. */
export type VertexId = string | number

/** An edge, as an element says it. */
export interface Edge {
  readonly source: VertexId
  readonly target: VertexId
  /** 1 where it is not said. */
  readonly weight: number
}

/**
 * Return an element as an edge; undefined for an empty line and a comment (`# …`). A line is `source target [weight]`,
 * divided by white space; a program passes lists of two or three, and records of `source`, `target` and `weight`.
 *
 * @throws TypeError for anything else.
 */
export function edgeOf(element: unknown): Edge | undefined {
  if (typeof element === 'string') {
    const line = element.trim()
    if (line === '' || line.startsWith('#')) return undefined
    return edge(line.split(/\s+/))
  }
  if (Array.isArray(element)) return edge(element)
  if (typeof element === 'object' && element !== null && 'source' in element && 'target' in element) {
    const { source, target, weight } = element as { source: unknown; target: unknown; weight?: unknown }
    return edge(weight === undefined ? [source, target] : [source, target, weight])
  }
  throw expected()
}

/** Lowest first: numbers, then texts. */
export function compareIds(one: VertexId, other: VertexId): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other
  if (typeof one !== typeof other) return typeof one === 'number' ? -1 : 1
  return one < other ? -1 : one > other ? 1 : 0
}

/** Return an id of which a whole number and its text are the same. */
export function vertexId(value: unknown): VertexId {
  if (typeof value === 'string' && value !== '') {
    return /^-?(0|[1-9]\d{0,14})$/.test(value) ? Number(value) : value
  }
  if (typeof value === 'number' && Number.isFinite(value)) return value
  throw expected()
}

function edge(parts: readonly unknown[]): Edge {
  if (parts.length < 2 || parts.length > 3) throw expected()
  const weight = parts.length === 2 ? 1 : typeof parts[2] === 'string' ? Number(parts[2]) : parts[2]
  if (typeof weight !== 'number' || !Number.isFinite(weight))
    throw new TypeError(`expected a finite number as the weight of an edge, got ${String(parts[2])}`)
  return { source: vertexId(parts[0]), target: vertexId(parts[1]), weight }
}

function expected(): TypeError {
  return new TypeError("expected an edge, such as 'alice bob' or 'alice bob 0.5'")
}
