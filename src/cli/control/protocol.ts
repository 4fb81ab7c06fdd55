/** What a pipeline can be asked: a line of JSON, which is answered with another. */
export type Question =
  | { readonly ask: 'top'; readonly count: number; readonly stage?: string }
  | { readonly ask: 'count'; readonly stage?: string }
  | { readonly ask: 'get'; readonly key: string; readonly stage?: string }
  | { readonly ask: 'batches' }
  | { readonly ask: 'state' }

/** What can be asked for, as people write it. */
export const QUESTIONS: readonly string[] = ['top N', 'count', 'get KEY', 'batches', 'state']

/** How a pipeline is doing. Times in milliseconds, memory in bytes; null where it is not known, or there is none. */
export interface Status {
  readonly pid: number
  readonly name: string
  readonly started: number
  readonly interval: number
  readonly batches: number
  readonly records: number
  readonly dropped: number
  /** Elements a second. */
  readonly rate: number | null
  readonly schedulingDelay: number | null
  readonly processingTime: number | null
  /** Batches that wait or are worked off. */
  readonly waiting: number
  /** Keys that stages keep. */
  readonly keys: number | null
  readonly memory: number
}

/** Rows, and what they are rows of. */
export interface Answer {
  readonly title: string
  /** Time of the last batch that was done. */
  readonly time: number
  readonly interval: number
  readonly columns?: readonly string[]
  /** How many there are, of which `rows` may be the first. */
  readonly count: number
  readonly rows: readonly (readonly unknown[])[]
}

/** Return the question that words ask; in words what is wrong with them. */
export function questionOf(words: string, stage?: string): Question | string {
  const [, first = '', rest = ''] = /^\s*(\S*)\s*(.*?)\s*$/s.exec(words) ?? []
  const of = stage === undefined ? {} : { stage }
  if (first === 'top') {
    const count = rest === '' ? 10 : Number(rest)
    if (!Number.isSafeInteger(count) || count < 1) return `top expects a number, and got ${rest}`
    return { ask: 'top', count, ...of }
  }
  if (first === 'get') return rest === '' ? 'get expects a key' : { ask: 'get', key: rest, ...of }
  if (first === 'count' || first === 'batches' || first === 'state')
    return rest === '' ? { ask: first, ...of } : `${first} takes no more words`
  return `a pipeline can be asked ${QUESTIONS.join(', ')}; not ${words.trim() === '' ? 'nothing' : words}`
}
