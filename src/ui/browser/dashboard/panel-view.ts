import type { Batch, PanelHead, PanelMessage } from '../../dashboard/messages.ts'
import { element } from '../shared/elements.ts'
import { clock, plural } from '../shared/format.ts'
import { Bars } from './bars.ts'
import type { ChartView } from './chart-view.ts'
import { ElementTable } from './element-table.ts'
import { Heatmap } from './heatmap.ts'
import { Lines } from './lines.ts'
import { MapOfKeys } from './map-of-keys.ts'
import { Numbers } from './numbers.ts'
import { PastValues } from './past-values.ts'
import { savePicture } from './picture.ts'

const CHARTS: Readonly<Record<string, new () => ChartView>> = {
  bar: Bars,
  line: Lines,
  table: ElementTable,
  number: Numbers,
  heatmap: Heatmap,
  'map-of-keys': MapOfKeys,
}

/** Charts whose values over time can be saved too. */
const TIMED = new Set(['line', 'heatmap', 'number'])

/** A panel of a dashboard. */
export class PanelView {
  readonly node: HTMLElement
  readonly #id: number
  readonly #title: string
  readonly #when = element('p', { class: 'when' }, 'no batch yet')
  readonly #tools = element('p', { class: 'tools' })
  readonly #frame = element('div', { class: 'frame' })
  readonly #past: PastValues
  #chart: string | undefined
  #view: ChartView | undefined
  #values: ElementTable | undefined
  #time: number | undefined
  #batch: Batch | undefined

  constructor({ id, title, chart, span }: PanelHead) {
    this.#id = id
    this.#title = title
    this.#past = new PastValues(span)
    const heading = element('h2', { id: `panel-${id}` }, title)
    this.node = element(
      'section',
      { class: 'panel', 'aria-labelledby': `panel-${id}` },
      element('header', {}, heading, this.#when),
      this.#frame,
      this.#tools,
    )
    if (chart !== undefined) this.#become(chart)
  }

  /** Take what is new; `draw` shows it. */
  take({ chart, time, batch, past }: PanelMessage): void {
    if (chart !== undefined && chart !== this.#chart) this.#become(chart)
    this.#time = time
    if (batch !== undefined) this.#batch = batch
    if (past !== undefined) this.#past.merge(past)
  }

  /** Draw what was taken. */
  draw(): void {
    const total = this.#batch === undefined ? '' : ` · ${plural(this.#batch.total, 'element')}`
    if (this.#time !== undefined) this.#when.textContent = `${clock(this.#time)}${total}`
    const shown = { title: this.#title, batch: this.#batch, past: this.#past }
    this.#view?.show(shown)
    this.#values?.show(shown)
  }

  #become(chart: string): void {
    this.#chart = chart
    const View = CHARTS[chart] ?? ElementTable
    this.#view = new View()
    this.#values = undefined
    this.#frame.replaceChildren(this.#view.node)
    this.node.classList.add(`chart-${chart}`)
    const csv = element('a', { href: `/panels/${this.#id}.csv`, download: '' }, 'CSV')
    const past = element('a', { href: `/panels/${this.#id}.past.csv`, download: '' }, 'CSV over time')
    const tools: Node[] = TIMED.has(chart) ? [csv, past] : [csv]
    if (this.#view.drawing !== undefined) tools.push(this.#pictureButton())
    if (chart !== 'table') tools.push(this.#tableButton())
    this.#tools.replaceChildren(...tools)
  }

  #pictureButton(): HTMLElement {
    const button = element('button', { type: 'button' }, 'PNG')
    button.addEventListener('click', () => {
      const { drawing } = this.#view ?? {}
      if (drawing !== undefined) void savePicture(drawing, this.#title)
    })
    return button
  }

  /** The figures behind the drawing, for who reads rather than sees. */
  #tableButton(): HTMLElement {
    const button = element('button', { type: 'button', 'aria-expanded': 'false' }, 'Table')
    button.addEventListener('click', () => {
      this.#values?.node.remove()
      this.#values = this.#values === undefined ? new ElementTable() : undefined
      button.setAttribute('aria-expanded', String(this.#values !== undefined))
      if (this.#values !== undefined) this.#frame.append(this.#values.node)
      this.draw()
    })
    return button
  }
}
