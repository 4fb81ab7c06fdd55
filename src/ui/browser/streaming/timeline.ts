import uPlot from 'uplot'
import { drawn, element } from '../shared/elements.ts'
import { clock } from '../shared/format.ts'
import { axisLook, property } from '../shared/look.ts'

const HEIGHT = 126
const BINS = 9

/** A line of a timeline. */
export interface Line {
  readonly label: string
  /** A custom property of base.css. */
  readonly colour: string
  readonly isDashed?: boolean
  /** Filled down to zero. */
  readonly isArea?: boolean
}

/** What a timeline shows. */
export interface TimelineOptions {
  readonly title: string
  readonly lines: readonly Line[]
  readonly format: (value: number) => string
  readonly isTimed: boolean
  /** Draw how often each value occurs, of the first line, beside it. */
  readonly hasHistogram?: boolean
  /** A batch was clicked. */
  readonly onPick?: (time: number) => void
}

/** A chart of values by batch, with a histogram beside it that shares its vertical axis. */
export class Timeline {
  readonly figure: HTMLElement
  readonly #options: TimelineOptions
  readonly #frame = element('div', { class: 'chart' })
  readonly #caption = element('figcaption')
  readonly #histogram = drawn('svg', { class: 'histogram', 'aria-hidden': 'true' })
  #plot: uPlot | undefined
  #data: uPlot.AlignedData = [[]]

  constructor(options: TimelineOptions) {
    this.#options = options
    this.#frame.setAttribute('role', 'img')
    const parts = options.hasHistogram === true ? [this.#frame, this.#histogram] : [this.#frame]
    this.figure = element('figure', { class: 'timeline' }, ...parts, this.#caption)
    new ResizeObserver(() => this.#resize()).observe(this.#frame)
    // Colours are drawn, so a change of scheme means to draw again.
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#make())
  }

  /** Show values: the times of batches in milliseconds, then a list of values per line. */
  show(times: readonly number[], ...values: readonly (readonly (number | undefined)[])[]): void {
    this.#data = [times.map((time) => time / 1000), ...values.map((list) => list.map((v) => v ?? null))]
    this.#describe()
    if (this.#plot === undefined) this.#make()
    else this.#plot.setData(this.#data)
  }

  #describe(): void {
    const { title, format } = this.#options
    const known = (this.#data[1] as (number | null)[]).filter((value) => value !== null)
    const text =
      known.length === 0
        ? `${title}: no batch yet`
        : `${title} of ${known.length} batches: least ${format(min(known))}, most ${format(max(known))}, last ${format(known.at(-1) as number)}`
    this.#frame.setAttribute('aria-label', `${text}. The figures stand in the table of completed batches.`)
    this.#say()
  }

  /** The legend, with the values of the batch under the pointer, or of the last. */
  #say(): void {
    const { lines, format } = this.#options
    const times = this.#data[0]
    const at = this.#plot?.cursor.idx ?? times.length - 1
    const time = times[at]
    const items = lines.flatMap(({ label, colour, isDashed }, line) => {
      const value = this.#data[line + 1]?.[at]
      if (value === null || value === undefined) return []
      const key = element('i', { class: `key ${colour.slice(2)}${isDashed === true ? ' dashed' : ''}` })
      return [element('span', {}, key, `${label} ${format(value)}`)]
    })
    const when = time === undefined ? [] : [element('span', { class: 'when' }, clock(time * 1000))]
    this.#caption.replaceChildren(...when, ...items)
  }

  #resize(): void {
    const width = this.#frame.clientWidth
    if (this.#plot !== undefined && width > 0 && width !== this.#plot.width)
      this.#plot.setSize({ width, height: HEIGHT })
  }

  #make(): void {
    this.#plot?.destroy()
    const { lines, format, isTimed, onPick, hasHistogram } = this.#options
    const axis = axisLook(11)
    const options: uPlot.Options = {
      width: Math.max(120, this.#frame.clientWidth),
      height: HEIGHT,
      legend: { show: false },
      cursor: { sync: { key: 'batches' }, drag: { x: false, y: false }, points: { size: 6 } },
      scales: { x: { time: isTimed }, y: { range: (_, __, most) => [0, (most || 1) * 1.1] } },
      axes: [
        {
          ...axis,
          size: 24,
          space: 90,
          values: (_, splits) => splits.map((split) => clock(split * 1000)),
        },
        { ...axis, size: 62, space: 26, values: (_, splits) => splits.map((split) => format(split)) },
      ],
      series: [
        {},
        ...lines.map((line) => ({
          label: line.label,
          stroke: property(line.colour),
          width: 1.5,
          points: { show: false },
          ...(line.isDashed === true ? { dash: [6, 4] } : {}),
          ...(line.isArea === true ? { fill: `${property(line.colour)}22` } : {}),
        })),
      ],
      hooks: {
        setCursor: [() => this.#say()],
        ...(hasHistogram === true ? { draw: [(plot) => this.#drawHistogram(plot)] } : {}),
      },
    }
    this.#plot = new uPlot(options, this.#data, this.#frame)
    const { over } = this.#plot
    if (onPick !== undefined)
      over.addEventListener('click', () => {
        const at = this.#plot?.cursor.idx
        const time = at === null || at === undefined ? undefined : this.#data[0][at]
        if (time !== undefined) onPick(Math.round(time * 1000))
      })
  }

  #drawHistogram(plot: uPlot): void {
    const top = plot.scales.y?.max ?? 1
    const counts = new Array<number>(BINS).fill(0)
    for (const value of this.#data[1] as (number | null)[]) {
      if (value === null) continue
      const bin = Math.min(BINS - 1, Math.floor((value / top) * BINS))
      counts[bin] = (counts[bin] as number) + 1
    }
    const ratio = devicePixelRatio
    const [offset, height] = [plot.bbox.top / ratio, plot.bbox.height / ratio]
    const most = Math.max(1, ...counts)
    const bars = counts.map((value, bin) => {
      const width = (value / most) * 76
      const y = offset + height * (1 - (bin + 1) / BINS)
      const bar = drawn('rect', {
        x: 1,
        y: y + 1,
        width: `${value === 0 ? 0 : Math.max(1, width)}%`,
        height: Math.max(1, height / BINS - 2),
        rx: 1.5,
        class: this.#options.lines[0]?.colour.slice(2) ?? '',
      })
      if (value === 0) return bar
      const label = drawn('text', { x: `${width + 3}%`, y: y + height / BINS - 3 }, String(value))
      return drawn('g', {}, bar, label)
    })
    this.#histogram.setAttribute('height', String(HEIGHT))
    const line = drawn('line', { x1: 0.5, x2: 0.5, y1: offset, y2: offset + height, class: 'axis' })
    const legend = drawn('text', { x: 0, y: HEIGHT - 8, class: 'legend' }, 'batches by value')
    this.#histogram.replaceChildren(...bars, line, legend)
  }
}

function min(values: readonly number[]): number {
  return values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY)
}

function max(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0)
}
