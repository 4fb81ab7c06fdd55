import { appendFileSync, fstatSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Plan, PlanNode, PlanValue } from '../plan/plan.ts'
import type { ReplayedFile } from '../sources/replay.ts'
import { ManualClock } from './clock.ts'
import type { RunningContext } from './running-context.ts'

/** What a program that is replaced by `dstream test --replace` leaves in its pipe: here the fed lines come in. */
export const FED_PIPE = '#dstream test\n'

/** One `--at` of a test: a file, its time in milliseconds, and the source it is for, by place from 1 or by name. */
export interface Feed {
  readonly time: number
  readonly path: string
  readonly source?: string
}

/** What `dstream test` writes for every dstream of the script. */
export interface Feeds {
  readonly feeds: readonly Feed[]
  /** Milliseconds up to which batches are cut at least. */
  readonly until: number
}

/** What a pipeline under test tells the test: its sources, and the places of the feeds that it has taken. */
export interface Fed {
  readonly sources: readonly string[]
  readonly taken: readonly number[]
}

/** What of a pipeline's own way to run concerns its time. */
export interface ReplayOptions {
  readonly batchLines?: number | undefined
  /** Milliseconds after which the pipeline would stop by itself. */
  readonly timeout?: number | undefined
}

/** A plan whose time is the test's. */
export interface Replayed {
  readonly plan: Plan
  readonly clock: ManualClock
  /** Move the clock from batch to batch, each when the one before is done, and stop after the last. */
  drive(running: RunningContext): void
}

/** Sources whose elements come of the pipeline itself, at times that follow from the clock: they stay as they are. */
const OWN = ['table', 'queue', 'rate', 'demo', 'text']

/** Name of the file, beside that of the feeds, in which every pipeline says what it has taken. */
export const FED_FILE = 'fed'

/**
 * Return `plan` as it runs under `dstream test`: sources give what is in the file of feeds, and time starts at 0, which
 * is 1970-01-01T00:00:00Z, and moves on from batch to batch without waiting.
 */
export function replay(plan: Plan, path: string, options: ReplayOptions = {}): Replayed {
  const { feeds, until } = JSON.parse(readFileSync(path, 'utf8')) as Feeds
  const clock = new ManualClock(0)
  const sources = plan.nodes.filter(({ category, command }) => category === 'source' && command !== 'table')
  const piped = sources.some(readsStandardInput) ? readPipe(dirname(path)) : undefined
  const isFed = (node: PlanNode): boolean => piped === undefined || !readsStandardInput(node)
  const taken = new Map<number, Feed[]>()
  const first = sources.find((node) => !isOwn(node) && isFed(node))
  const places = feeds.flatMap((feed, index) => {
    const node = feed.source === undefined ? first : sourceOf(feed.source, sources)
    if (node === undefined || !isFed(node)) return []
    taken.set(node.id, [...(taken.get(node.id) ?? []), feed])
    return [index]
  })
  const fed: Fed = { sources: sources.filter(isFed).map(({ command }) => command), taken: places }
  appendFileSync(join(dirname(path), FED_FILE), `${JSON.stringify(fed)}\n`)

  const last = places.length === 0 ? 0 : (feeds[places.at(-1) as number] as Feed).time
  const batchAfter = (time: number): number => (Math.floor(time / plan.interval) + 1) * plan.interval
  const lastBatch = Math.max(batchAfter(last), Math.ceil(until / plan.interval) * plan.interval)
  const stopped = options.timeout === undefined ? undefined : batchAfter(options.timeout - 1)
  const end = Math.min(lastBatch, stopped ?? lastBatch)
  // A stream of batches brings its own times.
  const isMarked = piped?.isBatches === true && sources.length === 1 && options.batchLines === undefined
  const isByNumber = options.batchLines !== undefined
  const replace = (node: PlanNode): PlanNode => {
    if (node.category !== 'source' || node.command === 'table') return node
    const own = taken.get(node.id)
    if (own === undefined && isOwn(node) && (node.command !== 'text' || isByNumber)) return node
    const files = own ?? ownFiles(node, piped?.file)
    const framing = (node.values.framing as string | undefined) ?? 'lines'
    // Batches by number are cut by the receiver that hands over: times say no more than the order.
    if (isMarked || (isByNumber && files.length > 0)) {
      return { ...node, command: 'text', values: { file: files.map((file) => file.path), framing } }
    }
    const value: PlanValue = { type: 'closure', call: files satisfies readonly ReplayedFile[] }
    return { ...node, command: 'replay', values: { files: value, until: end, framing } }
  }
  return {
    plan: { ...plan, nodes: plan.nodes.map(replace) },
    clock,
    drive: (running) => {
      if (isMarked || isByNumber) return
      // Not at once: a batch is told as completed before its successor may be cut.
      const step = (): void => void setImmediate(() => clock.advance(plan.interval))
      running.listeners.add({
        onStreamingStarted: step,
        onBatchCompleted: ({ batchInfo }) => {
          if (batchInfo.batchTime < end) step()
          else setImmediate(() => void running.stopGracefully())
        },
      })
    },
  }
}

function readsStandardInput({ command, values }: PlanNode): boolean {
  if (command === 'stdin') return true
  return command === 'text' && Array.isArray(values.file) && values.file.includes('-')
}

function isOwn(node: PlanNode): boolean {
  return OWN.includes(node.command) && !readsStandardInput(node)
}

/** Return the source of a `--at NAME=FILE`: a place from 1, or the first source of that name. */
function sourceOf(name: string, sources: readonly PlanNode[]): PlanNode | undefined {
  return /^\d+$/.test(name)
    ? sources[Number(name) - 1]
    : sources.find(({ command }) => command === name.toLowerCase())
}

/** What a source gives that is not fed: the files of `text`, what another program has written into the pipe. */
function ownFiles(node: PlanNode, piped: string | undefined): ReplayedFile[] {
  const paths = node.command === 'text' ? (node.values.file as readonly string[]) : ['-']
  const given = paths.flatMap((path) => (path === '-' ? (piped ?? []) : path))
  return node.command === 'text' || readsStandardInput(node) ? given.map((path) => ({ time: 0, path })) : []
}

/**
 * Return what another program of the script writes into standard input, all of it, for time stands still meanwhile;
 * undefined where standard input is none of its pipes, or one whose writer was replaced.
 */
function readPipe(folder: string): { readonly file: string; readonly isBatches: boolean } | undefined {
  if (!isPipe(0)) return undefined
  const bytes = readFileSync(0)
  if (bytes.equals(Buffer.from(FED_PIPE))) return undefined
  const file = join(folder, `stdin-${process.pid}`)
  writeFileSync(file, bytes)
  return { file, isBatches: bytes.subarray(0, 17).toString('latin1') === '#dstream batches ' }
}

function isPipe(descriptor: number): boolean {
  try {
    const stats = fstatSync(descriptor)
    return stats.isFIFO() || stats.isSocket()
  } catch {
    return false
  }
}
