import type { Aggregator } from '../../functions/aggregator.ts'
import { KeyPlaces } from '../shuffle/keyed-table.ts'
import { MinHeap } from './min-heap.ts'
import { countOf, floatsOf, listOf, numberOf, recordOf, unfit } from './saved.ts'
import { savable } from './saved-values.ts'
import type { OpenWindows, WindowResults } from './timed-results.ts'

/** Elements of a key with less than the gap between each and the next. */
interface Session {
  readonly key: unknown
  /** The place of the key's sessions. */
  readonly place: number
  /** Which session was begun first. */
  readonly order: number
  start: number
  end: number
  combiner: unknown
  isOpen: boolean
}

/** Windows that last as long as elements of a key follow each other within a gap, and that gap. */
export class SessionWindows implements OpenWindows {
  readonly #aggregator: Aggregator
  readonly #gap: number
  readonly #places = new KeyPlaces()
  readonly #byKey = new Map<number, Session[]>()
  /** By an end that may have moved on since. */
  readonly #byEnd = new MinHeap<Session>()
  #begun = 0
  #size = 0
  #closedTo = Number.NEGATIVE_INFINITY

  constructor(aggregator: Aggregator, gap: number) {
    this.#aggregator = aggregator
    this.#gap = gap
  }

  get size(): number {
    return this.#size
  }

  add(key: unknown, value: unknown, time: number, watermark: number): boolean {
    const end = time + this.#gap
    const sessions = this.#byKey.get(this.#places.get(key) ?? -1) ?? []
    const [first, ...others] = sessions
      .filter((session) => time < session.end && session.start < end)
      .sort((left, right) => left.start - right.start)
    if (first === undefined) {
      if (end <= Math.max(watermark, this.#closedTo)) return false
      this.#begin(key, value, time)
      return true
    }
    first.combiner = this.#aggregator.mergeValue(first.combiner, value)
    first.start = Math.min(first.start, time)
    first.end = Math.max(first.end, end)
    for (const other of others) {
      first.combiner = this.#aggregator.mergeCombiners(first.combiner, other.combiner)
      first.end = Math.max(first.end, other.end)
      this.#remove(other)
    }
    return true
  }

  close(watermark: number, results: WindowResults): void {
    if (watermark < this.#byEnd.least) return
    const closed: Session[] = []
    while (this.#size > 0 && this.#byEnd.least <= watermark) {
      const session = this.#byEnd.pop() as Session
      if (!session.isOpen) continue
      if (session.end > watermark) this.#byEnd.push(session.end, session)
      else {
        closed.push(session)
        this.#remove(session)
      }
    }
    closed.sort((left, right) => left.end - right.end || left.start - right.start || left.order - right.order)
    const { finish = (combiner) => combiner } = this.#aggregator
    for (const { key, start, end, combiner } of closed) results.push(key, start, end, finish(combiner))
    this.#closedTo = closed.at(-1)?.end ?? this.#closedTo
  }

  save(): unknown {
    const sessions = [...this.#byKey.values()].flat().sort((left, right) => left.order - right.order)
    return {
      gap: this.#gap,
      begun: this.#begun,
      closedTo: this.#closedTo,
      keys: savable(sessions.map(({ key }) => key)),
      combiners: savable(sessions.map(({ combiner }) => combiner)),
      times: Float64Array.from(sessions.flatMap(({ order, start, end }) => [order, start, end])),
    }
  }

  restore(saved: unknown): void {
    const record = recordOf(saved, 'gap', 'begun', 'closedTo', 'keys', 'combiners', 'times')
    if (record.gap !== this.#gap) throw unfit(`a gap of ${this.#gap} ms`, `${String(record.gap)} ms`)
    const keys = listOf(record.keys)
    const combiners = listOf(record.combiners, keys.length)
    const times = floatsOf(record.times, keys.length * 3)
    const closedTo = numberOf(record.closedTo)
    this.#begun = countOf(record.begun)
    this.#closedTo = closedTo
    for (const [index, key] of keys.entries()) {
      const [order, start, end] = times.subarray(index * 3) as unknown as [number, number, number]
      // A key's place is the number of any session of its own.
      const place = this.#places.get(key) ?? order
      this.#places.set(key, place)
      const combiner = combiners[index]
      this.#hold({ key, place, order, start, end, combiner, isOpen: true })
    }
  }

  #hold(session: Session): void {
    const sessions = this.#byKey.get(session.place)
    if (sessions === undefined) this.#byKey.set(session.place, [session])
    else sessions.push(session)
    this.#byEnd.push(session.end, session)
    this.#size += 1
  }

  #begin(key: unknown, value: unknown, time: number): void {
    let place = this.#places.get(key)
    this.#begun += 1
    if (place === undefined) {
      place = this.#begun
      this.#places.set(key, place)
    }
    const combiner = this.#aggregator.create(value)
    const end = time + this.#gap
    this.#hold({ key, place, order: this.#begun, start: time, end, combiner, isOpen: true })
  }

  #remove(session: Session): void {
    session.isOpen = false
    this.#size -= 1
    const left = (this.#byKey.get(session.place) ?? []).filter((other) => other !== session)
    this.#byKey.set(session.place, left)
    if (left.length > 0) return
    this.#byKey.delete(session.place)
    this.#places.delete(session.key)
  }
}
