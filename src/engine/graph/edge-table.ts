import { countOf, floatsOf, listOf, numberOf, recordOf, wholeNumbersOf } from '../state/saved.ts'
import type { Edge, VertexId } from './edge.ts'

/** Vertices from 0 on, and edges as columns; none of them is to be changed. */
export interface Graph {
  readonly ids: readonly VertexId[]
  readonly sources: Int32Array
  readonly targets: Int32Array
  readonly weights: Float64Array
}

/** Vertices by their numbers, and edges with the times of their batches, in arrays that grow. */
class Columns {
  readonly ids: VertexId[] = []
  readonly #numbers = new Map<VertexId, number>()
  #sources = new Int32Array(1024)
  #targets = new Int32Array(1024)
  #weights = new Float64Array(1024)
  #times = new Float64Array(1024)
  #count = 0

  get count(): number {
    return this.#count
  }

  timeOf(edge: number): number {
    return this.#times[edge] as number
  }

  numberOf(id: VertexId): number {
    const known = this.#numbers.get(id)
    if (known !== undefined) return known
    const number = this.ids.length
    this.#numbers.set(id, number)
    this.ids.push(id)
    return number
  }

  push(source: number, target: number, weight: number, time: number): void {
    if (this.#count === this.#sources.length) this.#grow(2 * this.#count)
    const at = this.#count++
    this.#sources[at] = source
    this.#targets[at] = target
    this.#weights[at] = weight
    this.#times[at] = time
  }

  /** The edges from `first` on, without a copy. */
  from(first: number): Graph & { readonly times: Float64Array } {
    const end = this.#count
    return {
      ids: this.ids,
      sources: this.#sources.subarray(first, end),
      targets: this.#targets.subarray(first, end),
      weights: this.#weights.subarray(first, end),
      times: this.#times.subarray(first, end),
    }
  }

  #grow(length: number): void {
    const grown = <A extends Int32Array | Float64Array>(array: A, next: A): A => {
      next.set(array as never)
      return next
    }
    this.#sources = grown(this.#sources, new Int32Array(length))
    this.#targets = grown(this.#targets, new Int32Array(length))
    this.#weights = grown(this.#weights, new Float64Array(length))
    this.#times = grown(this.#times, new Float64Array(length))
  }
}

/** Edges in the order in which they came, with the times of their batches; vertices keep their numbers until edges expire. */
export class EdgeTable {
  #columns = new Columns()
  /** Grows whenever vertices are numbered anew. */
  #era = 0
  #saved = { era: 0, ids: 0, count: 0 }

  get size(): number {
    return this.#columns.count
  }

  /** What was remembered of vertices by their numbers is of this era, or of none. */
  get era(): number {
    return this.#era
  }

  add({ source, target, weight }: Edge, time: number): void {
    const columns = this.#columns
    columns.push(columns.numberOf(source), columns.numberOf(target), weight, time)
  }

  /** Forget the edges of batches up to `time`; return whether there were any. */
  forget(time: number): boolean {
    const old = this.#columns
    let first = 0
    while (first < old.count && old.timeOf(first) <= time) first++
    if (first === 0) return false
    const { ids, sources, targets, weights, times } = old.from(first)
    this.clear()
    for (const [at, source] of sources.entries())
      this.add(
        {
          source: ids[source] as VertexId,
          target: ids[targets[at] as number] as VertexId,
          weight: weights[at] as number,
        },
        times[at] as number,
      )
    return true
  }

  clear(): void {
    this.#take(new Columns())
  }

  /** The edges as they are now. */
  graph(): Graph {
    return this.#columns.from(0)
  }

  /** Return all edges, to be written down. */
  save(): unknown {
    this.#mark()
    return this.#part(0, 0)
  }

  /** Return the edges since the last save, or all where some were forgotten. */
  changes(): unknown {
    const { era, ids, count } = this.#saved
    if (era !== this.#era) return { isWhole: true, part: this.save() }
    this.#mark()
    return { isWhole: false, part: this.#part(ids, count) }
  }

  /** Take what `save` gave. Throws a TypeError for anything else. */
  restore(saved: unknown): void {
    const columns = new Columns()
    append(columns, saved)
    this.#take(columns)
    this.#mark()
  }

  /** Take what `changes` gave. Throws a TypeError for anything else. */
  apply(saved: unknown): void {
    const { isWhole, part } = recordOf(saved, 'isWhole', 'part')
    if (isWhole === true) {
      this.restore(part)
      return
    }
    append(this.#columns, part)
    this.#mark()
  }

  #take(columns: Columns): void {
    this.#columns = columns
    this.#era += 1
  }

  /** All that is there now has been written down. */
  #mark(): void {
    const { ids, count } = this.#columns
    this.#saved = { era: this.#era, ids: ids.length, count }
  }

  #part(firstId: number, first: number): unknown {
    const { ids, sources, targets, weights, times } = this.#columns.from(first)
    return {
      ids: ids.slice(firstId),
      from: firstId,
      sources: sources.slice(),
      targets: targets.slice(),
      weights: weights.slice(),
      times: times.slice(),
    }
  }
}

/** Add vertices and edges that were written down. Throws a TypeError for anything else. */
function append(columns: Columns, part: unknown): void {
  const record = recordOf(part, 'ids', 'from', 'sources', 'targets', 'weights', 'times')
  const ids = listOf(record.ids)
  const { length } = columns.ids
  if (countOf(record.from) !== length) throw new TypeError(`expected vertices from ${length} on`)
  const end = length + ids.length
  const sources = wholeNumbersOf(record.sources, 0, end)
  const targets = wholeNumbersOf(record.targets, 0, end, sources.length)
  const weights = floatsOf(record.weights, sources.length)
  const times = floatsOf(record.times, sources.length)
  for (const id of ids) columns.numberOf(typeof id === 'string' ? id : numberOf(id))
  if (columns.ids.length !== end) throw new TypeError('expected vertices that differ')
  for (const [at, source] of sources.entries())
    columns.push(source, targets[at] as number, weights[at] as number, times[at] as number)
}
