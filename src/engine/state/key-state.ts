import type { State } from './state-spec.ts'

/** The state that a mapping function is given: one object for all keys, as in Spark. */
export class KeyState implements State<unknown> {
  #state: unknown
  #isSet = false
  #isTimingOut = false
  #isUpdated = false
  #isRemoved = false

  /** Make ready for the call of a key. */
  wrap(isSet: boolean, state: unknown, isTimingOut: boolean): void {
    this.#state = state
    this.#isSet = isSet
    this.#isTimingOut = isTimingOut
    this.#isUpdated = false
    this.#isRemoved = false
  }

  /** True when the call has set the state. */
  get isUpdated(): boolean {
    return this.#isUpdated
  }

  /** True when the call has removed the key. */
  get isRemoved(): boolean {
    return this.#isRemoved
  }

  exists(): boolean {
    return this.#isSet
  }

  get(): unknown {
    if (!this.#isSet)
      throw new RangeError('the key has no state to get(): ask exists() first, or use getOption()')
    return this.#state
  }

  getOption(): unknown {
    return this.#isSet ? this.#state : undefined
  }

  update(state: unknown): void {
    this.#refuse('update()')
    this.#state = state
    this.#isSet = true
    this.#isUpdated = true
  }

  remove(): void {
    this.#refuse('remove()')
    this.#state = undefined
    this.#isSet = false
    this.#isUpdated = false
    this.#isRemoved = true
  }

  isTimingOut(): boolean {
    return this.#isTimingOut
  }

  #refuse(what: string): void {
    if (this.#isRemoved) throw new Error(`${what} of a state that this call has removed`)
    if (this.#isTimingOut)
      throw new Error(`${what} of a state that is timing out: ask isTimingOut() first, it is removed anyway`)
  }
}
