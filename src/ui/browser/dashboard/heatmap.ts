import { element } from '../shared/elements.ts'
import { clock } from '../shared/format.ts'
import { property } from '../shared/look.ts'
import { label, type Shown, shortened } from './chart-view.ts'
import { DrawnChart } from './drawn-chart.ts'

const ROW = 22
const AXIS = 24
const FONT = '12px system-ui, sans-serif'

/** A row per key, a column per time; the larger a value, the stronger its colour. */
export class Heatmap extends DrawnChart<HTMLCanvasElement> {
  constructor() {
    super(element('canvas', { role: 'img' }))
  }

  protected draw({ past, title }: Shown, width: number): void {
    const context = this.drawing.getContext('2d')
    if (context === null) return
    const { keys, times, values } = past
    const height = keys.length * ROW + AXIS
    const ratio = devicePixelRatio
    this.drawing.width = width * ratio
    this.drawing.height = height * ratio
    this.drawing.style.width = `${width}px`
    this.drawing.style.height = `${height}px`
    context.scale(ratio, ratio)
    context.font = FONT
    const most = values.reduce(
      (sofar, list) => list.reduce((top: number, value) => Math.max(top, Math.abs(value ?? 0)), sofar),
      0,
    )
    const left = Math.min(150, width * 0.3)
    const step = (width - left) / Math.max(1, times.length)
    const [text, quiet, accent] = [property('--text'), property('--quiet'), property('--accent')]
    for (const [row, key] of keys.entries()) {
      const y = row * ROW
      context.globalAlpha = 1
      context.fillStyle = text
      context.fillText(shortened(key || 'value', left - 12), 0, y + 15)
      context.fillStyle = accent
      for (const [column, value] of (values[row] ?? []).entries()) {
        if (value === null || most === 0) continue
        // The eye tells small shares apart by their root better than by themselves.
        context.globalAlpha = 0.08 + 0.92 * Math.sqrt(Math.abs(value) / most)
        context.fillRect(left + column * step, y + 1, Math.max(0.5, step - (step > 4 ? 1 : 0)), ROW - 2)
      }
    }
    context.globalAlpha = 1
    context.fillStyle = quiet
    const [first, last] = [times[0], times.at(-1)]
    if (first !== undefined && last !== undefined) {
      context.fillText(clock(first), left, height - 6)
      const end = clock(last)
      context.fillText(end, width - context.measureText(end).width, height - 6)
    }
    const said = keys.map((key, place) => `${key || 'value'} ${label(values[place]?.at(-1) ?? 0)}`)
    this.drawing.setAttribute(
      'aria-label',
      `${title}, ${times.length} times, values up to ${label(most)}; last: ${said.join(', ')}`,
    )
  }
}
