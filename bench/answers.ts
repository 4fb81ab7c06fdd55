/** Makes one form of what contenders print, so that answers can be compared. */
import { createHash } from 'node:crypto'
import type { Input } from './inputs.ts'

/** How a contender writes its counts. */
export type Format =
  /** `key<TAB>count`, more than once per key where there are batches. */
  | 'tabbed'
  /** `count key`, as `uniq -c` does. */
  | 'counted'
  /** `_count=N host=KEY`, as angle-grinder does. */
  | 'logfmt'
  /** Numbers alone, one per batch, to be summed. */
  | 'number'

/** What is asked of an input. */
export type Question = 'counts' | 'words' | 'matches'

const PATTERNS: Record<Format, { readonly pattern: RegExp; readonly key: number; readonly count: number }> = {
  tabbed: { pattern: /^(.*)\t(\d+)$/, key: 1, count: 2 },
  counted: { pattern: /^ *(\d+) (.*)$/, key: 2, count: 1 },
  logfmt: { pattern: /^_count=(\d+) host=(.*)$/, key: 2, count: 1 },
  number: { pattern: /^(\s*)(\d+)\s*$/, key: 1, count: 2 },
}

/** The counts in `text`; lines of another form, such as headers, are left out. */
export function readAnswer(text: string, format: Format): Map<string, number> {
  const { pattern, key, count } = PATTERNS[format]
  const counts = new Map<string, number>()
  for (const line of text.split('\n')) {
    const match = pattern.exec(line)
    if (match === null) continue
    const name = format === 'number' ? 'total' : (match[key] as string)
    counts.set(name, (counts.get(name) ?? 0) + Number(match[count]))
  }
  return counts
}

/** The right answer for an input that was sent `repeat` times. */
export function rightAnswer(input: Input, question: Question, repeat: number): Map<string, number> {
  if (question === 'counts') return new Map(input.counts.map(([key, count]) => [key, count * repeat]))
  return new Map([['total', input[question] * repeat]])
}

/** A hash of sorted `key<TAB>count` lines. */
export function hashOf(counts: ReadonlyMap<string, number>): string {
  const lines = [...counts].map(([key, count]) => `${key}\t${count}\n`).sort()
  return createHash('sha256').update(lines.join('')).digest('hex')
}

/** What is wrong with an answer, in a sentence; undefined where nothing is. */
export function faultOf(
  found: ReadonlyMap<string, number>,
  right: ReadonlyMap<string, number>,
): string | undefined {
  if (hashOf(found) === hashOf(right)) return undefined
  const sum = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((a, b) => a + b, 0)
  const [wrong] = [...right].find(([key, count]) => found.get(key) !== count) ?? ['']
  return `${found.size} keys that sum to ${sum(found)}, not ${right.size} that sum to ${sum(right)}; for ${JSON.stringify(wrong)} ${found.get(wrong)}, not ${right.get(wrong)}`
}
