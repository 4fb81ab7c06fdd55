import type { BatchView, HeadView, StageView, StateView } from '../streaming/shown.ts'
import { byId, element } from './shared/elements.ts'
import { readEvents } from './shared/events.ts'
import { count, dateTime, durationWords, plural, rate } from './shared/format.ts'
import { CompletedTable, showActive } from './streaming/batch-tables.ts'
import { PlanGraph } from './streaming/plan-graph.ts'
import { TimelineRows } from './streaming/rows.ts'

let head: HeadView | undefined
let state: StateView | undefined
let batches: BatchView[] = []
let rows: TimelineRows | undefined
let graph: PlanGraph | undefined
/** The server's clock may be another than this one's. */
let ahead = 0
let isConnected = false
const completed = new CompletedTable(byId('completed'))

readEvents(
  '/streaming/events',
  (data) => take(data as StateView),
  (connected) => {
    isConnected = connected
    showState()
  },
)
setInterval(showSummary, 1000)

function take(told: StateView): void {
  if (told.head !== undefined) begin(told.head)
  if (head === undefined) return
  state = told
  ahead = told.now - Date.now()
  const last = batches.at(-1)?.number ?? 0
  const fresh = told.completed.filter(({ number }) => number > last)
  if (fresh.length > 0) batches = [...batches, ...fresh].slice(-Math.max(1, told.retained))
  draw()
}

/** Somebody new is at this address: forget the one before. */
function begin(told: HeadView): void {
  if (head?.id !== told.id) batches = []
  if (head !== undefined && head.id !== told.id) void loadPlan()
  if (rows === undefined || head?.isTimed !== told.isTimed)
    rows = new TimelineRows(byId('rows'), told.isTimed, (time) =>
      location.assign(`/streaming/batch?id=${time}`),
    )
  if (head === undefined) void loadPlan()
  head = told
  document.title = `${told.name} – dstream`
  byId('name').textContent = told.name
  byId('plan-note').textContent = `${told.master}, batches of ${durationWords(told.interval)}`
  byId('rest').setAttribute('href', `/api/v1/applications/${told.id}/streaming/statistics`)
}

async function loadPlan(): Promise<void> {
  const response = await fetch('/streaming/plan.json')
  if (response.ok) graph = new PlanGraph(byId('plan'), (await response.json()) as StageView[])
  draw()
}

/** At most once a frame, however fast the stream is. */
let isDue = false
function draw(): void {
  if (isDue) return
  isDue = true
  requestAnimationFrame(() => {
    isDue = false
    if (state === undefined || head === undefined) return
    showSummary()
    showState()
    rows?.show(head, state, batches)
    for (const [id, flow] of state.flows) graph?.rate(id, rate(flow))
    byId('span').textContent = `last ${plural(batches.length, 'batch', 'batches')}`
    byId('active-count').textContent = `(${count(state.active.length)})`
    showActive(byId('active'), state.active)
    byId('completed-count').textContent =
      `(last ${count(batches.length)} of ${count(state.completedBatches)})`
    completed.show(batches)
  })
}

function showSummary(): void {
  if (state === undefined || head === undefined) return
  const { startTime, completedBatches, processedRecords, droppedRecords, hasEnded, now } = state
  const until = hasEnded || !isConnected ? now : Date.now() + ahead
  const strong = (text: string): HTMLElement => element('strong', {}, text)
  byId('summary').replaceChildren(
    hasEnded ? 'Ran ' : 'Running ',
    'batches of ',
    strong(durationWords(head.interval)),
    ' for ',
    strong(durationWords(Math.max(0, until - startTime))),
    ' since ',
    strong(dateTime(Math.floor(startTime / 1000) * 1000)),
    ` (${plural(completedBatches, 'completed batch', 'completed batches')}, ${plural(processedRecords, 'record')})`,
    ...(droppedRecords === 0
      ? []
      : [element('span', { class: 'bad' }, ` ${plural(droppedRecords, 'element')} dropped`)]),
  )
}

/** Said aloud by a screen reader, so only where it changes. */
function showState(): void {
  const [text, kind] = standing()
  const badge = byId('state')
  if (badge.textContent !== text) badge.textContent = text
  badge.className = `badge ${kind}`
  const notice = byId('notice')
  const said = noticeText()
  if (notice.textContent !== said) notice.textContent = said
  notice.hidden = said === ''
}

function standing(): readonly [string, string] {
  if (state?.hasEnded === true) return ['ended', 'quiet']
  if (!isConnected) return state === undefined ? ['connecting', 'quiet'] : ['no connection', 'warn']
  if (state === undefined) return ['connecting', 'quiet']
  if (state.active.filter(({ status }) => status === 'QUEUED').length > 1) return ['falls behind', 'warn']
  if (batches.at(-1)?.failure !== undefined) return ['failed', 'warn']
  return ['running', 'good']
}

function noticeText(): string {
  if (state === undefined) return ''
  const figures = `These are its figures of ${dateTime(state.now)}.`
  if (state.hasEnded) return `The pipeline has ended. ${figures}`
  return isConnected ? '' : `The pipeline has ended, or cannot be reached. ${figures}`
}
