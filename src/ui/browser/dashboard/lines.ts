import uPlot from 'uplot'
import { element } from '../shared/elements.ts'
import { clock } from '../shared/format.ts'
import { axisLook, property } from '../shared/look.ts'
import { type ChartView, label, onLook, type Shown, series } from './chart-view.ts'

const HEIGHT = 280

/** A line per key over time. */
export class Lines implements ChartView {
  readonly node = element('div', { class: 'lines' })
  readonly #frame = element('div', { class: 'plot', role: 'img' })
  readonly #legend = element('p', { class: 'legend' })
  #plot: uPlot | undefined
  #drawnKeys = ''
  #shown: Shown | undefined

  constructor() {
    this.node.append(this.#frame, this.#legend)
    onLook(this.#frame, () => this.#draw(true))
  }

  get drawing(): HTMLCanvasElement {
    return this.#plot?.ctx.canvas ?? document.createElement('canvas')
  }

  show(shown: Shown): void {
    this.#shown = shown
    this.#draw(false)
  }

  #draw(isNewLook: boolean): void {
    const { past, title } = this.#shown ?? {}
    if (past === undefined || this.#frame.clientWidth === 0) return
    const data: uPlot.AlignedData = [past.times.map((time) => time / 1000), ...past.values]
    const keys = JSON.stringify(past.keys)
    if (this.#plot === undefined || isNewLook || keys !== this.#drawnKeys) {
      this.#drawnKeys = keys
      this.#make(data, past.keys)
    } else {
      this.#plot.setData(data)
    }
    this.#say()
    const last = past.keys.map((key, place) => `${key || 'value'} ${said(past.values[place]?.at(-1))}`)
    this.#frame.setAttribute('aria-label', `${title}, ${past.times.length} times; last: ${last.join(', ')}`)
  }

  /** What stands under the pointer, or last. */
  #say(): void {
    const past = this.#shown?.past
    if (past === undefined) return
    const at = this.#plot?.cursor.idx ?? past.times.length - 1
    const time = past.times[at]
    const items = past.keys.map((key, place) =>
      element(
        'span',
        { class: series(place) },
        element('i', { 'aria-hidden': 'true' }),
        `${key || 'value'} `,
        element('b', {}, said(past.values[place]?.[at])),
      ),
    )
    this.#legend.replaceChildren(...(time === undefined ? [] : [element('span', {}, clock(time))]), ...items)
  }

  #make(data: uPlot.AlignedData, keys: readonly string[]): void {
    this.#plot?.destroy()
    const axis = axisLook(12)
    this.#plot = new uPlot(
      {
        width: this.#frame.clientWidth,
        height: HEIGHT,
        legend: { show: false },
        cursor: { drag: { x: false, y: false } },
        scales: { x: { time: (data[0].at(-1) ?? 0) > 1e8 } },
        axes: [
          {
            ...axis,
            size: 26,
            space: 90,
            values: (_, splits) => splits.map((split) => clock(split * 1000)),
          },
          { ...axis, size: 64, values: (_, splits) => splits.map(label) },
        ],
        series: [
          {},
          ...keys.map((key, place) => ({
            label: key,
            stroke: property(`--${series(place)}`),
            width: 2,
            spanGaps: true,
            points: { show: false },
          })),
        ],
        hooks: { setCursor: [() => this.#say()] },
      },
      data,
      this.#frame,
    )
  }
}

function said(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : label(value)
}
