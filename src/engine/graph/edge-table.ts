import { countOf, floatsOf, listOf, numberOf, recordOf, wholeNumbersOf } from '../state/saved.ts'
import type { Edge, VertexId } from './edge.ts'

/** Vertices from 0 on, and edges as columns; none of them is to be changed. */
export interface Graph {
  readonly ids: readonly VertexId[]
  readonly sources: Int32Array
  readonly targets: Int32Array
  readonly weights: Float64Array
}

/** Edges in the order in which they came, with the times of their batches; vertices keep their numbers until edges expire. */
export class EdgeTable {
  #ids: VertexId[] = []
  #numbers = new Map<VertexId, number>()
  #sources = new Int32Array(1024)
  #targets = new Int32Array(1024)
  #weights = new Float64Array(1024)
  #times = new Float64Array(1024)
  #count = 0
  /** Grows whenever vertices are numbered anew. */
  #era = 0
  #saved = { era: 0, ids: 0, count: 0 }

  get size(): number {
    return this.#count
  }

  /** What was remembered of vertices by their numbers is of this era, or of none. */
  get era(): number {
    return this.#era
  }

  add({ source, target, weight }: Edge, time: number): void {
    if (this.#count === this.#sources.length) this.#grow(2 * this.#count)
    const at = this.#count++
    this.#sources[at] = this.#numberOf(source)
    this.#targets[at] = this.#numberOf(target)
    this.#weights[at] = weight
    this.#times[at] = time
  }

  /** Forget the edges of batches up to `time`; return whether there were any. */
  forget(time: number): boolean {
    let first = 0
    while (first < this.#count && (this.#times[first] as number) <= time) first++
    if (first === 0) return false
    const { ids, sources, targets, weights } = this.graph()
    const times = this.#times
    const end = this.#count
    this.clear()
    for (let at = first; at < end; at++)
      this.add(
        {
          source: ids[sources[at] as number] as VertexId,
          target: ids[targets[at] as number] as VertexId,
          weight: weights[at] as number,
        },
        times[at] as number,
      )
    return true
  }

  clear(): void {
    this.#ids = []
    this.#numbers = new Map()
    this.#sources = new Int32Array(1024)
    this.#targets = new Int32Array(1024)
    this.#weights = new Float64Array(1024)
    this.#times = new Float64Array(1024)
    this.#count = 0
    this.#era += 1
  }

  /** The edges as they are now. */
  graph(): Graph {
    return {
      ids: this.#ids,
      sources: this.#sources.subarray(0, this.#count),
      targets: this.#targets.subarray(0, this.#count),
      weights: this.#weights.subarray(0, this.#count),
    }
  }

  /** Return all edges, to be written down. */
  save(): unknown {
    this.#saved = { era: this.#era, ids: this.#ids.length, count: this.#count }
    return this.#part(0, 0)
  }

  /** Return the edges since the last save, or all where some were forgotten. */
  changes(): unknown {
    const { era, ids, count } = this.#saved
    if (era !== this.#era) return { isWhole: true, part: this.save() }
    this.#saved = { era, ids: this.#ids.length, count: this.#count }
    return { isWhole: false, part: this.#part(ids, count) }
  }

  /** Take what `save` gave. Throws a TypeError for anything else. */
  restore(saved: unknown): void {
    const other = new EdgeTable()
    other.#append(saved)
    this.#take(other)
  }

  /** Take what `changes` gave. Throws a TypeError for anything else. */
  apply(saved: unknown): void {
    const { isWhole, part } = recordOf(saved, 'isWhole', 'part')
    if (isWhole === true) this.restore(part)
    else this.#append(part)
  }

  #part(firstId: number, first: number): unknown {
    const { sources, targets, weights } = this.graph()
    return {
      ids: this.#ids.slice(firstId),
      from: firstId,
      sources: sources.slice(first),
      targets: targets.slice(first),
      weights: weights.slice(first),
      times: this.#times.slice(first, this.#count),
    }
  }

  #append(part: unknown): void {
    const record = recordOf(part, 'ids', 'from', 'sources', 'targets', 'weights', 'times')
    const ids = listOf(record.ids)
    const { length } = this.#ids
    if (countOf(record.from) !== length) throw new TypeError(`expected vertices from ${length} on`)
    const end = length + ids.length
    const sources = wholeNumbersOf(record.sources, 0, end)
    const targets = wholeNumbersOf(record.targets, 0, end, sources.length)
    const weights = floatsOf(record.weights, sources.length)
    const times = floatsOf(record.times, sources.length)
    for (const id of ids) this.#numberOf(typeof id === 'string' ? id : numberOf(id))
    if (this.#ids.length !== end) throw new TypeError('expected vertices that differ')
    for (const [at, source] of sources.entries()) {
      if (this.#count === this.#sources.length) this.#grow(2 * this.#count)
      const place = this.#count++
      this.#sources[place] = source
      this.#targets[place] = targets[at] as number
      this.#weights[place] = weights[at] as number
      this.#times[place] = times[at] as number
    }
    this.#saved = { era: this.#era, ids: this.#ids.length, count: this.#count }
  }

  #take(other: EdgeTable): void {
    this.#ids = other.#ids
    this.#numbers = other.#numbers
    this.#sources = other.#sources
    this.#targets = other.#targets
    this.#weights = other.#weights
    this.#times = other.#times
    this.#count = other.#count
    this.#era += 1
    this.#saved = { era: this.#era, ids: this.#ids.length, count: this.#count }
  }

  #numberOf(id: VertexId): number {
    const known = this.#numbers.get(id)
    if (known !== undefined) return known
    const number = this.#ids.length
    this.#numbers.set(id, number)
    this.#ids.push(id)
    return number
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
