/** What hostile bytes are given to. */
export interface Target {
  readonly name: string
  /** The folder of `test/corpus` that its entries stand in; targets may share one. */
  readonly corpus: string
  /** Random executions in the test suite. */
  readonly runs: number
  /** Entries that are made, for they would be large or differ from machine to machine. */
  readonly seeds: () => Promise<readonly Uint8Array[]>
  /** Run once. What it throws is a finding: a crash, a wrong result, an error that is none of ours. */
  readonly run: (bytes: Uint8Array) => Promise<void> | void
  /** Words that change more than random bytes would. */
  readonly words: readonly string[]
  /** How an entry is changed, where bytes as they are would be refused at once. */
  readonly mutate?: (bytes: Uint8Array, random: Random) => Uint8Array
}

/** Whole numbers from 0, below `limit`. */
export type Random = (limit: number) => number

/** Return a generator of numbers that gives the same for the same seed (xorshift, 32 bits). */
export function randomOf(seed: number): Random {
  let state = (seed ^ 0x9e3779b9) >>> 0 || 1
  return (limit) => {
    state ^= state << 13
    state >>>= 0
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return Math.floor((state / 2 ** 32) * limit)
  }
}

/** Milliseconds after which a run that has not ended hangs. */
const HANG = 20_000

/** Run a target once; what is thrown is a finding. */
export async function execute({ run }: Target, bytes: Uint8Array): Promise<void> {
  const running = run(bytes)
  if (running === undefined) return
  let timer: NodeJS.Timeout | undefined
  const hang = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('it hangs')), HANG)
  })
  try {
    await Promise.race([running, hang])
  } finally {
    clearTimeout(timer)
  }
}

/** Throw where an error is none that a user can act on. */
export function expectClear(name: string, message: string): void {
  if (!/^(SourceError|UsageError|WordError|StageError)$/.test(name)) throw new Error(`${name}: ${message}`)
  if (message.length > 2000) throw new Error(`an error of ${message.length} characters`)
}
