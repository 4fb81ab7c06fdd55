import type { Past } from '../../dashboard/messages.ts'

/** Values of keys over a span of time; older ones are forgotten. */
export class PastValues {
  readonly keys: string[] = []
  readonly times: number[] = []
  /** Per place, a value at each time. */
  readonly values: (number | null)[][] = []
  readonly #span: number

  /** @param span milliseconds. */
  constructor(span: number) {
    this.#span = span
  }

  /** Take what is new; times that are known already have other values now. */
  merge({ keys, times, values }: Past): void {
    for (const [place, key] of keys) {
      this.keys[place] = key
      this.values[place] = this.times.map(() => null)
    }
    const [first] = times
    if (first === undefined) return
    while ((this.times.at(-1) ?? Number.NEGATIVE_INFINITY) >= first) {
      this.times.pop()
      for (const list of this.values) list.pop()
    }
    this.times.push(...times)
    for (const [place, list] of this.values.entries()) list.push(...(values[place] ?? times.map(() => null)))
    const begin = (this.times.at(-1) as number) - this.#span
    const old = this.times.findIndex((time) => time > begin)
    if (old <= 0) return
    this.times.splice(0, old)
    for (const list of this.values) list.splice(0, old)
  }
}
