import { appendFileSync, closeSync, openSync } from 'node:fs'
import { eachLine } from '../batch/lines.ts'
import type { Partition } from '../batch/partition.ts'
import { describeElement, reasonOf, stageError } from './describe.ts'
import { SourceError, UsageError } from './errors.ts'

/**
 * What happens when a function fails for an element: the batch fails; the element is left out and counted; it is written
 * to a file beside that, by the file's path; or a function of the program is told.
 */
export type OnError = 'fail' | 'skip' | (string & {}) | ElementHandler

/** Told of an element that is left out, why, and by which stage. What it throws fails the batch. */
export type ElementHandler = (element: unknown, error: unknown, stage: string) => void

/** Leaves an element out, as the policy says. Throws where an element that fails is an error. */
export type Skip = (element: unknown, error: unknown) => void

/**
 * Hand each element over. One at which that fails is left out where the stage may do so.
 *
 * @throws StageError naming the stage and the element, where elements that fail are errors.
 */
export function takeEach(
  { label, skip }: { readonly label: string; readonly skip: Skip | undefined },
  elements: readonly unknown[],
  take: (element: unknown) => void,
): void {
  for (const element of elements) {
    try {
      take(element)
    } catch (error) {
      if (skip === undefined) throw stageError(label, element, error)
      skip(element, error)
    }
  }
}

/** What the policy needs of the run. */
export interface ElementErrorsOptions {
  readonly report: (message: string) => void
  readonly drop: (count: number, reason: string) => void
  /** The time of the batch that is open. */
  readonly time: () => number
}

/** Characters of letters that wait in memory for the end of their batch. */
const WAITING = 1 << 20

/** What a byte that is no UTF-8 became. */
const REPLACEMENT = '\uFFFD'

/** Elements whose functions failed, in one run: counted by stage until the batch ends, and written where there is a file. */
export class ElementErrors {
  readonly #policy: OnError
  readonly #options: ElementErrorsOptions
  readonly #counts = new Map<string, number>()
  #file: number | undefined
  #letters: string[] = []
  #waiting = 0
  #hasReported = false
  #block: Partition | undefined
  /** Lines of the block at hand that are no UTF-8, by what they look like; made where one fails. */
  #raw: Map<string, Uint8Array[]> | undefined

  /** @throws UsageError where the file cannot be opened. */
  constructor(policy: OnError, options: ElementErrorsOptions) {
    this.#policy = policy
    this.#options = options
    if (typeof policy !== 'string' || policy === 'skip' || policy === 'fail') return
    try {
      this.#file = openSync(policy, 'a')
    } catch (error) {
      throw new UsageError(
        `--on-error: ${policy}: ${reasonOf(error)}`,
        'It is fail, skip, or a file that can be written.',
      )
    }
  }

  /** Return what leaves out an element of a stage; undefined where an element that fails is an error. */
  skipOf(stage: string): Skip | undefined {
    if (this.#policy === 'fail') return undefined
    return (element, error) => this.#skip(stage, element, error)
  }

  /** The elements that follow come from this block, whose bytes are there until the next call; or from none. */
  enter(block: Partition | undefined): void {
    this.#block = block
    this.#raw = undefined
  }

  /** A batch is done: say how many elements it lost, and write them. Throws SourceError where they cannot be written. */
  flush(): void {
    const counts = [...this.#counts]
    this.#counts.clear()
    this.#write()
    for (const [stage, count] of counts) this.#options.drop(count, `${stage} failed at them`)
  }

  /** A batch was run again only for what stages keep: an earlier run has told and written what it lost. */
  forget(): void {
    this.#counts.clear()
    this.#letters = []
    this.#waiting = 0
  }

  /** After the last batch. */
  close(): void {
    if (this.#file === undefined) return
    closeSync(this.#file)
    this.#file = undefined
  }

  #skip(stage: string, element: unknown, error: unknown): void {
    this.#counts.set(stage, (this.#counts.get(stage) ?? 0) + 1)
    if (!this.#hasReported) {
      this.#hasReported = true
      const where = `${stage}: ${reasonOf(error)} (element ${describeElement(element)})`
      this.#options.report(`left out, ${where}; more like it are only counted`)
    }
    if (typeof this.#policy === 'function') this.#policy(element, error, stage)
    else if (this.#file !== undefined) this.#keep(stage, element, error)
  }

  #keep(stage: string, element: unknown, error: unknown): void {
    const letter = { time: this.#options.time(), stage, error: reasonOf(error) }
    const bytes = this.#bytesOf(element)
    const line =
      bytes === undefined
        ? jsonOf(letter, element)
        : JSON.stringify({
            ...letter,
            element: Buffer.from(bytes).toString('base64'),
            encoding: 'base64',
          })
    this.#letters.push(line)
    this.#waiting += line.length
    if (this.#waiting >= WAITING) this.#write()
  }

  #write(): void {
    if (this.#letters.length === 0 || this.#file === undefined) return
    const text = `${this.#letters.join('\n')}\n`
    this.#letters = []
    this.#waiting = 0
    try {
      appendFileSync(this.#file, text)
    } catch (error) {
      throw new SourceError(
        `--on-error: ${this.#policy}: ${reasonOf(error)}`,
        'What was left out can no longer be kept, so the run ends.',
      )
    }
  }

  /** The bytes of a line that is no UTF-8. Lines that look the same are taken in order. */
  #bytesOf(element: unknown): Uint8Array | undefined {
    if (typeof element !== 'string' || !element.includes(REPLACEMENT) || this.#block?.kind !== 'text')
      return undefined
    this.#raw ??= rawLines(this.#block.bytes)
    return this.#raw.get(element)?.shift()
  }
}

function jsonOf(letter: object, element: unknown): string {
  try {
    return JSON.stringify({ ...letter, element: element === undefined ? null : element })
  } catch {
    // What JSON cannot hold: a bigint, a ring.
    return JSON.stringify({ ...letter, element: describeElement(element) })
  }
}

function rawLines(bytes: Uint8Array): Map<string, Uint8Array[]> {
  const lines = new Map<string, Uint8Array[]>()
  let start = 0
  eachLine(bytes, (line) => {
    const newline = bytes.indexOf(10, start)
    const end = newline < 0 ? bytes.length : newline
    if (line.includes(REPLACEMENT)) {
      const raw = bytes.slice(start, end)
      // The character itself is UTF-8.
      if (!Buffer.from(line).equals(raw)) {
        const found = lines.get(line)
        if (found === undefined) lines.set(line, [raw])
        else found.push(raw)
      }
    }
    start = end + 1
  })
  return lines
}
