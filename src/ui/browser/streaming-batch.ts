import type { BatchPageView } from '../streaming/shown.ts'
import { byId, element, table } from './shared/elements.ts'
import { clock, count, dateTime, duration, durationWords, rate } from './shared/format.ts'

/** Milliseconds between two looks at a batch that is not done, or is the newest. */
const PERIOD = 1000

void show()

async function show(): Promise<void> {
  const id = new URLSearchParams(location.search).get('id') ?? ''
  const response = await fetch(`/streaming/batch.json?id=${encodeURIComponent(id)}`).catch(() => undefined)
  const notice = byId('notice')
  if (response?.ok !== true) {
    notice.textContent =
      response === undefined
        ? 'The pipeline has ended, or cannot be reached.'
        : 'The page does not remember this batch: it is too old, or there was none at this time.'
    notice.hidden = false
    return
  }
  const batch = (await response.json()) as BatchPageView
  draw(batch)
  // The newest batch has a later one soon.
  if (batch.status !== 'COMPLETED' || batch.next === undefined) setTimeout(() => void show(), PERIOD)
}

function draw(batch: BatchPageView): void {
  const title = `Batch at ${dateTime(batch.time)}`
  document.title = `${title} – ${batch.name} – dstream`
  byId('name').textContent = title
  const neighbour = (text: string, time: number | undefined): Node =>
    time === undefined
      ? element('span', { class: 'none' }, text)
      : element('a', { href: `/streaming/batch?id=${time}` }, `${text} (${clock(time)})`)
  byId('neighbours').replaceChildren(neighbour('Earlier', batch.previous), neighbour('Later', batch.next))
  const facts: readonly (readonly [string, string])[] = [
    ['Pipeline', batch.name],
    ['Status', batch.status.toLowerCase()],
    ['Batch Duration', durationWords(batch.interval)],
    ['Input data size', `${count(batch.records)} records (${rate(batch.rate)})`],
    ['Scheduling delay', duration(batch.schedulingDelay)],
    ['Processing time', duration(batch.processingTime)],
    ['Total delay', duration(batch.totalDelay)],
    ['Work on arrival', duration(batch.arrivalDelay)],
    ['Cut at', clock(batch.submissionTime)],
  ]
  byId('facts').replaceChildren(
    ...facts.map(([name, value]) =>
      element('div', {}, element('dt', {}, name), element('dd', { dir: 'auto' }, value)),
    ),
  )
  const inputs = batch.inputs.map(({ name, records, metadata }) => [
    element('code', { dir: 'auto' }, name),
    count(records),
    metadata === '' ? '–' : element('pre', { dir: 'auto' }, metadata),
  ])
  byId('inputs').replaceChildren(
    table(
      'What each source gave',
      [{ title: 'Input' }, { title: 'Records', isNumber: true }, { title: 'Metadata' }],
      inputs,
    ),
  )
  const outputs = batch.outputs.map(({ id, description, duration: took, status, error }) => [
    String(id),
    element('code', { dir: 'auto' }, description),
    duration(took),
    status,
    error === undefined ? '–' : element('span', { class: 'bad', dir: 'auto' }, error),
  ])
  const columns = [
    { title: 'Output Op Id' },
    { title: 'Description' },
    { title: 'Output Op Duration', isNumber: true },
    { title: 'Status' },
    { title: 'Error' },
  ]
  byId('outputs').replaceChildren(
    outputs.length === 0
      ? element('p', { class: 'none' }, 'None has begun yet.')
      : table('Outputs of this batch', columns, outputs),
  )
}
