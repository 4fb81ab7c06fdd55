import type { BatchView, SourceState } from '../../streaming/shown.ts'
import { element, table } from '../shared/elements.ts'
import { dateTime, rate, shortRate } from '../shared/format.ts'
import { Timeline } from './timeline.ts'

/** Characters of an error that a row shows, as in Spark. */
const SHOWN = 97

/** The rows of the sources, below the input rate. */
export class Sources {
  readonly details = element('details', { class: 'sources' })
  readonly #summary = element('summary')
  readonly #table = element('div')
  readonly #charts = element('div')
  readonly #timelines = new Map<number, Timeline>()
  readonly #isTimed: boolean
  #text = ''

  constructor(isTimed: boolean) {
    this.#isTimed = isTimed
    this.details.append(this.#summary, this.#table, this.#charts)
  }

  /** Show how sources are, and what they gave. */
  show(sources: readonly SourceState[], batches: readonly BatchView[]): void {
    const receivers = sources.filter(({ isReceiver }) => isReceiver)
    const active = receivers.filter((receiver) => receiver.active).length
    this.#summary.textContent =
      receivers.length === 0
        ? `Sources: ${sources.length}`
        : `Receivers: ${active} / ${receivers.length} active`
    const averages = sources.map((_, at) => average(batches.map(({ rates }) => rates[at] ?? 0)))
    const rows = sources.map((source, at) => [
      element('code', { dir: 'auto' }, source.name),
      source.isReceiver ? (source.active ? 'ACTIVE' : 'INACTIVE') : 'asked at each batch',
      rate(averages[at] ?? 0),
      source.lastErrorTime < 0 ? '–' : dateTime(source.lastErrorTime),
      source.lastErrorTime < 0 ? '–' : message(source),
    ])
    const columns = [
      { title: 'Source' },
      { title: 'Status' },
      { title: 'Avg', isNumber: true },
      { title: 'Last Error Time' },
      { title: 'Last Error Message' },
    ]
    const text = JSON.stringify([sources, averages.map((value) => rate(value))])
    if (text !== this.#text) this.#table.replaceChildren(table('Sources of the pipeline', columns, rows))
    this.#text = text
    if (!this.details.open) return
    for (const [at, source] of sources.entries()) {
      let timeline = this.#timelines.get(source.id)
      if (timeline === undefined) {
        const lines = [{ label: '', colour: `--series-${(at % 6) + 1}`, isArea: true }]
        timeline = new Timeline({
          title: source.name,
          lines,
          format: shortRate,
          isTimed: this.#isTimed,
          hasHistogram: true,
        })
        this.#timelines.set(source.id, timeline)
        this.#charts.append(element('h4', { dir: 'auto' }, source.name), timeline.figure)
      }
      timeline.show(
        batches.map(({ time }) => time),
        batches.map(({ rates }) => rates[at]),
      )
    }
  }
}

function message({ lastErrorMessage, lastError }: SourceState): HTMLElement {
  const whole =
    lastError === '' || lastErrorMessage.includes(lastError)
      ? lastErrorMessage
      : `${lastErrorMessage}: ${lastError}`
  const text = whole.length > SHOWN ? `${whole.slice(0, SHOWN)}...` : whole
  return element('span', { class: 'bad', dir: 'auto', title: whole }, text)
}

/** The average of some values; 0 for none. */
export function average(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}
