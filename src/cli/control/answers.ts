import type { Dataflow, Keeper } from '../../engine/codegen/dataflow.ts'
import type { Plan } from '../../engine/plan/plan.ts'
import { redact } from '../../engine/plan/redact.ts'
import type { RunningContext } from '../../engine/scheduler/running-context.ts'
import { averageOf, type Progress, rateOf } from '../../ui/streaming/progress.ts'
import type { Answer, Question, Status } from './protocol.ts'

/** Batches over which a rate is taken. */
const RECENT = 5
/** Keys that are ranked at the most. */
const MOST = 10_000

/** What answers are made of. */
export interface Asked {
  readonly plan: Plan
  readonly running: RunningContext
  readonly progress: Progress
  readonly started: number
  readonly flow: () => Dataflow | undefined
}

/** Return how a pipeline is doing. */
export function statusOf({ plan, running, progress, started, flow }: Asked): Status {
  const recent = progress.completed.slice(-RECENT)
  const last = recent.at(-1)?.info
  const { batches, rows } = running.totals
  const keepers = flow()?.keepers ?? []
  const sizes = keepers.map(({ keeps, index }) => keeps.size?.() ?? last?.handedOn?.get(index))
  const known = sizes.filter((size) => size !== undefined)
  return {
    pid: process.pid,
    name: plan.name,
    started,
    interval: plan.interval,
    batches,
    records: rows,
    dropped: running.dropped,
    rate: averageOf(recent.map((batch) => rateOf(batch))) ?? null,
    schedulingDelay: last?.schedulingDelay ?? null,
    processingTime: last?.processingDelay ?? null,
    waiting: progress.active.length,
    keys: known.length === 0 ? null : known.reduce((sum, size) => sum + size, 0),
    memory: process.memoryUsage.rss(),
  }
}

/** Return what a question is answered with. Throws an Error that says why it cannot be. */
export function answerOf(asked: Asked, question: Question): Answer {
  switch (question.ask) {
    case 'batches':
      return batches(asked)
    case 'state':
      return states(asked)
    case 'count': {
      const { label, keeps } = keeperOf(asked, question.stage)
      return answer(asked, label, ['keys'], [[keeps.size?.() ?? countOf(keeps.entries?.() ?? [])]])
    }
    case 'get': {
      const { label, keeps } = keeperOf(asked, question.stage)
      const isMeant = (key: unknown): boolean =>
        String(key) === question.key || (typeof key === 'object' && JSON.stringify(key) === question.key)
      const found = []
      for (const entry of keeps.entries?.() ?? []) if (isMeant(entry[0])) found.push(entry)
      if (found.length === 0) throw new Error(`${label} has no key ${question.key}`)
      return answer(asked, label, undefined, found)
    }
    case 'top': {
      const { label, keeps } = keeperOf(asked, question.stage)
      const { entries, count } = greatest(keeps.entries?.() ?? [], Math.min(question.count, MOST))
      return { ...answer(asked, label, undefined, entries), count }
    }
    default:
      throw new Error('that is no question')
  }
}

function answer(
  { progress, plan }: Asked,
  title: string,
  columns: readonly string[] | undefined,
  rows: readonly (readonly unknown[])[],
): Answer {
  const time = progress.completed.at(-1)?.info.batchTime ?? 0
  return {
    title: redact(title),
    time,
    interval: plan.interval,
    count: rows.length,
    rows,
    ...(columns === undefined ? {} : { columns }),
  }
}

function batches(asked: Asked): Answer {
  const columns = ['batch', 'status', 'records', 'scheduling', 'processing', 'total']
  const rows = [...asked.progress.completed, ...asked.progress.active].map(({ info, status }) => [
    info.batchTime,
    [...info.outputOperationInfos.values()].some(({ failureReason }) => failureReason !== undefined)
      ? 'failed'
      : status.toLowerCase(),
    info.numRecords,
    info.schedulingDelay,
    info.processingDelay,
    info.totalDelay,
  ])
  return answer(asked, 'batches', columns, rows)
}

function states(asked: Asked): Answer {
  const last = asked.progress.completed.at(-1)?.info
  const rows = (asked.flow()?.keepers ?? []).map(({ label, index, keeps }) => [
    redact(label),
    keeps.size?.() ?? last?.handedOn?.get(index),
    keeps.entries === undefined ? 'no' : 'yes',
  ])
  return answer(asked, 'state', ['stage', 'keys', 'askable'], rows)
}

/** Return the stage that is meant, the last one where none is said. Throws an Error. */
function keeperOf({ flow, plan }: Asked, stage: string | undefined): Keeper {
  const keepers = flow()?.keepers ?? []
  const askable = keepers.filter(({ keeps }) => keeps.entries !== undefined)
  const names = askable.map(({ label }) => redact(label)).join(', ')
  const meant = stage === undefined ? askable : askable.filter(({ label }) => label.startsWith(stage))
  const last = meant.at(-1)
  if (last !== undefined) return last
  if (names !== '') throw new Error(`no stage begins with ${stage}; those that can be asked: ${names}`)
  const what = keepers.length === 0 ? 'keeps anything from batch to batch' : 'keeps what can be asked for'
  throw new Error(`no stage of ${plan.name} ${what}; ask batches`)
}

function countOf(entries: Iterable<unknown>): number {
  let count = 0
  for (const _ of entries) count += 1
  return count
}

/** Return the entries with the greatest values, the greatest first: no more of them are held than are wanted. */
function greatest(
  all: Iterable<readonly [unknown, unknown]>,
  wanted: number,
): { readonly entries: readonly (readonly [unknown, unknown])[]; readonly count: number } {
  let held: (readonly [unknown, unknown])[] = []
  let count = 0
  let least: unknown
  for (const entry of all) {
    count += 1
    if (held.length >= wanted && compare(entry[1], least) <= 0) continue
    held.push(entry)
    if (held.length < 2 * wanted + 16) continue
    held = ranked(held, wanted)
    least = held.at(-1)?.[1]
  }
  return { entries: ranked(held, wanted), count }
}

function ranked(held: (readonly [unknown, unknown])[], wanted: number): (readonly [unknown, unknown])[] {
  return held.sort(([, one], [, other]) => compare(other, one)).slice(0, wanted)
}

/** Numbers by size, and above all else, which stands as text. */
function compare(one: unknown, other: unknown): number {
  const isNumber = [one, other].map((value) => typeof value === 'number' || typeof value === 'bigint')
  if (isNumber[0] && isNumber[1]) return (one as number) < (other as number) ? -1 : one === other ? 0 : 1
  if (isNumber[0] !== isNumber[1]) return isNumber[0] ? 1 : -1
  const [left, right] = [JSON.stringify(one) ?? '', JSON.stringify(other) ?? '']
  return left < right ? -1 : left > right ? 1 : 0
}
