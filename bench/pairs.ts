/**
 * Compares programs: first whether each gives the right answer, then, in rounds, how long it takes. In a round each
 * runs once, forwards and backwards by turns, so that whatever else the machine does meets all of them.
 */
import { faultOf, type Question, readAnswer, rightAnswer } from './answers.ts'
import type { Contender, Job, Task } from './contender.ts'
import { missing } from './contenders.ts'
import type { Input } from './inputs.ts'
import { median, type Run, run } from './measure.ts'
import type { Settings } from './settings.ts'

/** What is compared. */
export interface Comparison {
  readonly task: Task
  readonly input: Input
  readonly repeat: number
  readonly question: Question
  readonly contenders: readonly Contender[]
}

/** A contender's figures, round by round; no runs where it did not take part. */
export interface Result {
  readonly name: string
  readonly runs: readonly Omit<Run, 'stdout' | 'stderr'>[]
  /** Why it did not take part. */
  readonly excluded?: string
}

/** Runs one contender once. */
function once(job: Job, { input, repeat }: Comparison, limit: number): Run {
  const command = job.command.map((word) => word.replace('{words}', String(input.words * repeat)))
  return run(command, { way: job.way, path: input.path, repeat }, limit)
}

/** Whether a contender can take part, and how long its first run took. */
function check(contender: Contender, comparison: Comparison, settings: Settings): string | number {
  const lacking = missing(contender)
  if (lacking !== undefined) return 'not installed'
  const job = contender.jobs[comparison.task] as Job
  const { code, wall, stdout, stderr } = once(job, comparison, settings.limit)
  if (code !== 0) return `ended with ${code} after ${wall.toFixed(1)} s: ${lastLine(stderr)}`
  const { input, question, repeat } = comparison
  // `wc -w` answers a smaller question; it is held to that one.
  const asked = job.format === 'number' && question === 'counts' ? 'words' : question
  const answer = readAnswer(stdout, job.format)
  const fault = faultOf(answer, rightAnswer(input, asked, repeat))
  return fault === undefined ? wall : `WRONG ANSWER: ${fault}`
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.slice(0, 200) ?? ''
}

/** Compare: everybody's answer, then everybody's time. */
export function compare(comparison: Comparison, settings: Settings): Result[] {
  const runs = new Map<Contender, Result['runs'][number][]>()
  const firsts = new Map<Contender, number>()
  const excluded = new Map<Contender, string>()
  const able = comparison.contenders.filter((contender) => contender.jobs[comparison.task] !== undefined)
  for (const contender of able) {
    const found = check(contender, comparison, settings)
    if (typeof found === 'number') firsts.set(contender, found)
    else excluded.set(contender, found)
    const said = typeof found === 'number' ? `right, ${found.toFixed(2)} s` : `excluded: ${found}`
    console.error(`  ${contender.name}: ${said}`)
  }
  for (let round = 0; round < settings.pairs; round++) {
    const order = [...firsts.keys()]
    for (const contender of round % 2 === 0 ? order : order.reverse()) {
      if (round >= 2 && (firsts.get(contender) as number) > settings.slow) continue
      const job = contender.jobs[comparison.task] as Job
      const { stdout: _out, stderr: _err, ...figures } = once(job, comparison, settings.limit)
      if (figures.code !== 0)
        throw new Error(`${contender.name} ended with ${figures.code} in round ${round}`)
      runs.set(contender, [...(runs.get(contender) ?? []), figures])
    }
    console.error(`  round ${round + 1} of ${settings.pairs}`)
  }
  return able.map((contender) => {
    const reason = excluded.get(contender)
    return {
      name: contender.name,
      runs: runs.get(contender) ?? [],
      ...(reason === undefined ? {} : { excluded: reason }),
    }
  })
}

/** The median over rounds of one contender's time by another's of the same round; undefined where one is missing. */
export function ratioOf(results: readonly Result[], subject: string, peer: string): number | undefined {
  const [own, other] = [subject, peer].map(
    (name) => results.find((result) => result.name === name)?.runs ?? [],
  )
  const ratios = (own ?? []).flatMap((run, round) => {
    const against = other?.[round]
    return against === undefined ? [] : [run.wall / against.wall]
  })
  return ratios.length === 0 ? undefined : median(ratios)
}
