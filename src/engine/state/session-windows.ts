import type { Aggregator } from '../../functions/aggregator.ts'
import { KeyPlaces } from '../shuffle/keyed-table.ts'
import { MinHeap } from './min-heap.ts'
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

  #begin(key: unknown, value: unknown, time: number): void {
    let place = this.#places.get(key)
    this.#begun += 1
    if (place === undefined) {
      place = this.#begun
      this.#places.set(key, place)
      this.#byKey.set(place, [])
    }
    const combiner = this.#aggregator.create(value)
    const end = time + this.#gap
    const session: Session = { key, place, order: this.#begun, start: time, end, combiner, isOpen: true }
    this.#byKey.get(place)?.push(session)
    this.#byEnd.push(end, session)
    this.#size += 1
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
