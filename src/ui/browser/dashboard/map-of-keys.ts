import type { Point } from '../../dashboard/messages.ts'
import { drawn } from '../shared/elements.ts'
import { label, largest, type Shown, series, shortened } from './chart-view.ts'
import { DrawnChart } from './drawn-chart.ts'
import { type Box, squarified } from './squarified.ts'

const MOST = 60
const HEIGHT = 340

/** Keys as areas: as large as their share of the whole. */
export class MapOfKeys extends DrawnChart<SVGElement> {
  constructor() {
    super(drawn('svg', { class: 'map', role: 'img', height: HEIGHT }))
  }

  protected draw({ batch, title }: Shown, width: number): void {
    if (batch === undefined) return
    const points = largest(
      batch.points.filter(([, value]) => value > 0),
      MOST,
    )
    this.drawing.setAttribute('viewBox', `0 0 ${width} ${HEIGHT}`)
    const words = points.slice(0, 12).map(([key, value]) => `${key} ${label(value)}`)
    this.drawing.setAttribute('aria-label', `${title}: ${words.join(', ')}`)
    const boxes = squarified(
      points.map(([, value]) => value),
      { x: 0, y: 0, width, height: HEIGHT },
    )
    this.drawing.replaceChildren(...boxes.map((box, at) => tile(points[at] as Point, box, at)))
  }
}

function tile([key, value]: Point, { x, y, width, height }: Box, at: number): SVGElement {
  const isRoomy = width > 44 && height > 22
  const texts = isRoomy
    ? [
        drawn('text', { x: x + 8, y: y + 18, class: 'name' }, shortened(key, width - 14)),
        ...(height > 42 ? [drawn('text', { x: x + 8, y: y + 36, class: 'value' }, label(value))] : []),
      ]
    : []
  const [inner, outer] = [Math.max(0.5, width - 2), Math.max(0.5, height - 2)]
  return drawn(
    'g',
    { class: series(at) },
    drawn('title', {}, `${key}: ${label(value)}`),
    drawn('rect', { x: x + 1, y: y + 1, width: inner, height: outer, rx: 3 }),
    ...texts,
  )
}
