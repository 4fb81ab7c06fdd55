/** Lines around a difference that are shown with it. */
const CONTEXT = 3
/** Above so many comparisons no pairing is looked for: the lines that differ are shown as two blocks. */
const MOST_COMPARISONS = 4_000_000

interface Change {
  readonly sign: ' ' | '-' | '+'
  readonly text: string
}

/**
 * Return what differs between two texts, line by line: `-` before what was expected and is missing, `+` before what came
 * instead, a few equal lines around. A last line without line end is marked.
 */
export function diffText(expected: string, actual: string): string {
  const changes = changesOf(linesOf(expected), linesOf(actual))
  const near = changes.map((_, index) =>
    changes.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some(({ sign }) => sign !== ' '),
  )
  const shown = changes.flatMap(({ sign, text }, index) => {
    if (near[index] === true) return [`${sign} ${text}`.trimEnd()]
    return near[index - 1] === true || index === 0 ? ['…'] : []
  })
  return ['- expected', '+ actual', '', ...shown].map((line) => `${line}\n`).join('')
}

function linesOf(text: string): string[] {
  if (text === '') return []
  const lines = text.split('\n')
  const last = lines.pop() as string
  return last === '' ? lines : [...lines, `${last}␄ (no line end)`]
}

function changesOf(expected: readonly string[], actual: readonly string[]): Change[] {
  let start = 0
  while (start < expected.length && start < actual.length && expected[start] === actual[start]) start += 1
  let end = 0
  const most = Math.min(expected.length, actual.length) - start
  while (end < most && expected.at(-1 - end) === actual.at(-1 - end)) end += 1
  const same = (lines: readonly string[]): Change[] => lines.map((text) => ({ sign: ' ', text }))
  return [
    ...same(expected.slice(0, start)),
    ...middle(expected.slice(start, expected.length - end), actual.slice(start, actual.length - end)),
    ...same(expected.slice(expected.length - end)),
  ]
}

/** The changes of the fewest lines, by the longest common subsequence. */
function middle(expected: readonly string[], actual: readonly string[]): Change[] {
  const removed = (text: string): Change => ({ sign: '-', text })
  const added = (text: string): Change => ({ sign: '+', text })
  if (expected.length * actual.length > MOST_COMPARISONS)
    return [...expected.map(removed), ...actual.map(added)]
  const width = actual.length + 1
  const lengths = new Uint32Array((expected.length + 1) * width)
  const at = (i: number, j: number): number => lengths[i * width + j] as number
  for (let i = expected.length - 1; i >= 0; i--) {
    for (let j = actual.length - 1; j >= 0; j--) {
      lengths[i * width + j] =
        expected[i] === actual[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const changes: Change[] = []
  let i = 0
  let j = 0
  while (i < expected.length || j < actual.length) {
    if (i < expected.length && j < actual.length && expected[i] === actual[j]) {
      changes.push({ sign: ' ', text: expected[i] as string })
      i += 1
      j += 1
    } else if (j >= actual.length || (i < expected.length && at(i + 1, j) >= at(i, j + 1))) {
      changes.push(removed(expected[i++] as string))
    } else changes.push(added(actual[j++] as string))
  }
  return changes
}
