import type { BatchView } from '../../streaming/shown.ts'
import { element, table } from '../shared/elements.ts'
import { count, dateTime, duration, plural } from '../shared/format.ts'

/** Batches of a page of the table. */
const PAGE = 20

/** The link to a batch's own page. */
export function batchLink(time: number): HTMLElement {
  return element('a', { href: `/streaming/batch?id=${time}` }, dateTime(time))
}

/** Show the batches that are not done. */
export function showActive(host: HTMLElement, batches: readonly BatchView[]): void {
  const columns = [
    { title: 'Batch Time' },
    { title: 'Records', isNumber: true },
    { title: 'Scheduling Delay', isNumber: true },
    { title: 'Processing Time', isNumber: true },
    { title: 'Status' },
  ]
  const rows = batches.map((batch) => [
    batchLink(batch.time),
    batch.status === 'QUEUED' ? '–' : count(batch.records),
    duration(batch.schedulingDelay),
    duration(batch.processingTime),
    batch.status.toLowerCase(),
  ])
  host.replaceChildren(
    rows.length === 0
      ? element('p', { class: 'none' }, 'No batch waits or is being worked off.')
      : table('Active batches', columns, rows),
  )
}

/** The table of batches that are done, the newest first, a page at a time. */
export class CompletedTable {
  readonly #host: HTMLElement
  readonly #body = element('div')
  readonly #newer = element('button', { type: 'button' }, 'Newer')
  readonly #older = element('button', { type: 'button' }, 'Older')
  readonly #where = element('span', { 'aria-live': 'polite' })
  #batches: readonly BatchView[] = []
  /** The newest batch of the page that is shown; undefined for the page of the newest, which moves on. */
  #from: number | undefined

  constructor(host: HTMLElement) {
    this.#host = host
    const pager = element('div', { class: 'pager' }, this.#newer, this.#older, this.#where)
    this.#host.replaceChildren(this.#body, pager)
    this.#newer.addEventListener('click', () => this.#turn(-PAGE))
    this.#older.addEventListener('click', () => this.#turn(PAGE))
  }

  /** Show batches, the oldest first. A page that somebody turned to stays. */
  show(batches: readonly BatchView[]): void {
    this.#batches = batches
    this.#draw()
  }

  #start(): number {
    if (this.#from === undefined) return 0
    // They are numbered one after the other.
    const at = this.#from - (this.#batches[0]?.number ?? 0)
    return this.#batches.length - 1 - Math.max(at, Math.min(PAGE, this.#batches.length) - 1)
  }

  #turn(by: number): void {
    const start = this.#start() + by
    this.#from = start <= 0 ? undefined : this.#batches.at(-1 - start)?.number
    this.#draw()
    const newest = start <= 0
    this.#where.textContent = newest
      ? 'the newest'
      : `${count(start + 1)} to ${count(start + PAGE)} from the newest`
  }

  #draw(): void {
    const start = this.#start()
    const end = this.#batches.length - start
    const shown = this.#batches.slice(Math.max(0, end - PAGE), end).reverse()
    this.#newer.disabled = start === 0
    this.#older.disabled = end <= PAGE
    const columns = [
      { title: 'Batch Time' },
      { title: 'Records', isNumber: true },
      { title: 'Scheduling Delay', isNumber: true },
      { title: 'Processing Time', isNumber: true },
      { title: 'Total Delay', isNumber: true },
      { title: 'Output Ops: Succeeded/Total' },
    ]
    const rows = shown.map((batch) => [
      batchLink(batch.time),
      count(batch.records),
      duration(batch.schedulingDelay),
      duration(batch.processingTime),
      duration(batch.totalDelay),
      batch.failure === undefined
        ? batch.operations
        : element('span', { class: 'bad', dir: 'auto' }, `${batch.operations} failed: ${batch.failure}`),
    ])
    if (rows.length === 0) {
      this.#body.replaceChildren(element('p', { class: 'none' }, 'No batch is done yet.'))
      return
    }
    // Where a link has the focus, the same link has it again.
    const focused = this.#body.contains(document.activeElement)
      ? document.activeElement?.getAttribute('href')
      : undefined
    this.#body.replaceChildren(table(`Completed batches (${plural(shown.length, 'row')})`, columns, rows))
    if (focused) this.#body.querySelector<HTMLElement>(`a[href="${CSS.escape(focused)}"]`)?.focus()
  }
}
