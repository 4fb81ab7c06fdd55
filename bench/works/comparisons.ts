/** The works in which programs are compared: who, on what, and what was promised. */
import type { Question } from '../answers.ts'
import type { Task } from '../contender.ts'
import { contenders } from '../contenders.ts'
import { eventsInput, type Input, textInput } from '../inputs.ts'
import { median } from '../measure.ts'
import { compare, type Result, ratioOf } from '../pairs.ts'
import { atLeast, atMost, type GoalResult, type Section, table, type Work } from '../section.ts'
import type { Settings } from '../settings.ts'

/** `subject` takes at most so much of `peer`'s time, or is at least so many times faster. */
interface Goal {
  readonly subject: string
  readonly peer: string
  readonly atMost?: number
  readonly timesFaster?: number
}

interface Comparing {
  readonly name: string
  readonly title: string
  readonly summary: string
  readonly task: Task
  readonly question: Question
  readonly input: (settings: Settings) => Input
  readonly repeat?: number
  /** Who takes part; everybody who can, and asks for no invitation, where absent. */
  readonly only?: readonly string[]
  /** Who takes part besides. */
  readonly also?: readonly string[]
  readonly goals: readonly Goal[]
}

const ONE = 'dstream local[1]'
const TWO = 'dstream local[2]'
const text = (settings: Settings): Input => textInput(settings.text)
const events = (settings: Settings): Input => eventsInput(settings.events)
const againstC: readonly Goal[] = [
  { subject: TWO, peer: 'plain C', atMost: 0.5 },
  { subject: ONE, peer: 'plain C', atMost: 0.75 },
]

const comparings: readonly Comparing[] = [
  {
    name: 'word-count',
    title: 'Word count of a pipe',
    summary: '`dstream flatmap split reduce-by-key`, from a pipe',
    task: 'words',
    question: 'counts',
    input: text,
    also: [`${ONE}, batches of 1 s`, `${TWO}, batches of 1 s`],
    goals: [
      ...againstC,
      { subject: ONE, peer: 'mawk', timesFaster: 8 },
      { subject: ONE, peer: 'wc -w', timesFaster: 2 },
    ],
  },
  {
    name: 'word-count-tcp',
    title: 'Word count of a TCP stream',
    summary: '`dstream socket 127.0.0.1 PORT --once flatmap split reduce-by-key`, from loopback',
    task: 'words-tcp',
    question: 'counts',
    input: text,
    goals: againstC,
  },
  {
    name: 'word-count-long',
    title: 'Word count of a long pipe',
    summary: 'the same text ten times over',
    task: 'words',
    question: 'counts',
    input: text,
    repeat: 10,
    only: [ONE, TWO, 'plain C', 'best C', 'wc -w'],
    goals: [
      { subject: TWO, peer: 'best C', atMost: 1 },
      { subject: ONE, peer: 'best C', atMost: 1.6 },
    ],
  },
  {
    name: 'log',
    title: 'What a checkpoint costs',
    summary:
      '`dstream flatmap split reduce-by-key --checkpoint DIR`, batches of 1 s: all input is written to a log',
    task: 'words',
    question: 'counts',
    input: text,
    repeat: 10,
    only: [ONE, TWO].flatMap((name) => [`${name}, batches of 1 s`, `${name}, batches of 1 s, checkpoint`]),
    goals: [ONE, TWO].map((name) => ({
      subject: `${name}, batches of 1 s, checkpoint`,
      peer: `${name}, batches of 1 s`,
      atMost: 1.3,
    })),
  },
  {
    name: 'arrows',
    title: 'Word count, written with arrows',
    summary: "`flatmap 'l => l.split(\" \")' map 'w => [w, 1]' reduce-by-key '(a, b) => a + b'`",
    task: 'words',
    question: 'counts',
    input: text,
    only: [ONE, `${ONE}, arrows`, TWO, `${TWO}, arrows`],
    goals: [
      { subject: `${ONE}, arrows`, peer: ONE, atMost: 1.05 },
      { subject: `${TWO}, arrows`, peer: TWO, atMost: 1.05 },
    ],
  },
  {
    name: 'module',
    title: 'Word count, with a function that no engine sees through',
    summary: '`flatmap ./parse.mjs#parse reduce-by-key`; `parse` calls what it imports',
    task: 'words',
    question: 'counts',
    input: text,
    only: [`${ONE}, imported function`, `${TWO}, imported function`, ONE, 'mawk', 'gawk'],
    goals: [
      { subject: `${ONE}, imported function`, peer: 'mawk', timesFaster: 1 },
      { subject: `${TWO}, imported function`, peer: 'mawk', timesFaster: 1 },
    ],
  },
  {
    name: 'grep',
    title: 'Filter and count',
    summary: "`dstream filter contains:the count`, Spark's RawNetworkGrep, from a pipe",
    task: 'filter',
    question: 'matches',
    input: text,
    goals: [
      { subject: ONE, peer: 'grep -c', atMost: 1 },
      { subject: TWO, peer: 'grep -c', atMost: 1 },
    ],
  },
  {
    name: 'ndjson',
    title: 'Values of a field of NDJSON',
    summary: '`dstream map field:host count-by-value`, from a pipe',
    task: 'hosts',
    question: 'counts',
    input: events,
    goals: [
      { subject: ONE, peer: 'angle-grinder', timesFaster: 3 },
      { subject: ONE, peer: 'jq, sort and uniq', timesFaster: 8 },
    ],
  },
]

function goalResult(
  { subject, peer, atMost: limit, timesFaster = 1 }: Goal,
  results: readonly Result[],
): GoalResult {
  const faster = timesFaster === 1 ? 'faster than' : `≥ ${timesFaster} × faster than`
  const goal = `${subject}: ${limit === undefined ? faster : `≤ ${limit} ×`} ${peer}`
  // That a peer is missing is no fault of dstream; that dstream gives a wrong answer is.
  const excluded = results.find(({ name }) => name === subject)?.excluded
  if (excluded !== undefined) return { goal, found: excluded, holds: false }
  const ratio = ratioOf(results, subject, peer)
  if (limit !== undefined) return atMost(goal, ratio, limit)
  return atLeast(goal, ratio === undefined ? undefined : 1 / ratio, timesFaster)
}

function row(result: Result, results: readonly Result[], base: string, bytes: number): string[] {
  const { name, runs, excluded } = result
  if (excluded !== undefined) return [name, excluded, '', '', '', '', '', '']
  const of = (figure: (run: Result['runs'][number]) => number): number => median(runs.map(figure))
  const wall = of((run) => run.wall)
  const input = of((run) => run.input)
  return [
    name,
    wall.toFixed(2),
    input > 0 ? input.toFixed(2) : '',
    of((run) => run.user).toFixed(2),
    of((run) => run.system).toFixed(2),
    (bytes / wall / 1e6).toFixed(0),
    (of((run) => run.peakKilobytes) / 1024).toFixed(0),
    `${ratioOf(results, name, base)?.toFixed(2) ?? ''}${runs.length < 3 ? ` (${runs.length})` : ''}`,
  ]
}

function measure(comparing: Comparing, settings: Settings): Section {
  const { task, question, only, also = [], repeat = 1 } = comparing
  const input = comparing.input(settings)
  const chosen = contenders.filter((contender) =>
    only === undefined
      ? contender.onlyWhenNamed !== true || also.includes(contender.name)
      : only.includes(contender.name),
  )
  const results = compare({ task, question, input, repeat, contenders: chosen }, settings)
  const bytes = input.bytes * repeat
  const base = only === undefined || only.includes(TWO) ? TWO : ONE
  const head = ['program', 'wall s', 'from input s', 'user s', 'system s', 'MB/s', 'peak MiB', `× ${base}`]
  const byTime = [...results].sort(
    (a, b) => median(a.runs.map((run) => run.wall)) - median(b.runs.map((run) => run.wall)) || 0,
  )
  const counted = [
    ...byTime.filter(({ excluded }) => excluded === undefined),
    ...byTime.filter(({ excluded }) => excluded !== undefined),
  ]
  const size = `${(bytes / 1e6).toFixed(0)} MB, ${(input.lines * repeat).toLocaleString('en')} lines${input.words > 0 ? `, ${(input.words * repeat).toLocaleString('en')} words` : ''}, ${input.counts.length.toLocaleString('en')} distinct`
  const notes = chosen.flatMap(({ name, note, jobs }) => (note && jobs[task] ? [`- ${name}: ${note}`] : []))
  return {
    title: comparing.title,
    text: [
      `${comparing.summary}. ${size}. Medians of ${settings.pairs} rounds; a number in parentheses is that of fewer rounds.`,
      table(
        head,
        counted.map((result) => row(result, results, base, bytes)),
      ),
      notes.join('\n'),
    ]
      .filter((part) => part !== '')
      .join('\n\n'),
    goals: comparing.goals.map((goal) => goalResult(goal, results)),
  }
}

/** Works that compare programs. */
export const comparisons: readonly Work[] = comparings.map((comparing) => ({
  name: comparing.name,
  summary: comparing.summary,
  measure: (settings) => measure(comparing, settings),
}))
