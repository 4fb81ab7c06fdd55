import { drawn } from '../shared/elements.ts'
import { label, largest, type Shown, series, shortened } from './chart-view.ts'
import { DrawnChart } from './drawn-chart.ts'

const MOST = 6
const WIDTH = 190
const HEIGHT = 130

/** Numbers, large enough for a wall, each over its past. */
export class Numbers extends DrawnChart<SVGElement> {
  constructor() {
    super(drawn('svg', { class: 'numbers', role: 'img' }))
  }

  protected draw({ batch, past, title }: Shown, width: number): void {
    if (batch === undefined) return
    const points = largest(batch.points, MOST)
    const columns = Math.max(1, Math.min(points.length, Math.floor(width / WIDTH)))
    const each = width / columns
    const height = HEIGHT * Math.max(1, Math.ceil(points.length / columns))
    this.drawing.setAttribute('viewBox', `0 0 ${width} ${height}`)
    this.drawing.setAttribute('height', String(height))
    const words = points.map(([key, value]) => `${key} ${label(value)}`.trim())
    this.drawing.setAttribute('aria-label', `${title}: ${words.join(', ')}`)
    this.drawing.replaceChildren(
      ...points.map(([key, value], at) => {
        const x = (at % columns) * each
        const y = Math.floor(at / columns) * HEIGHT
        const place = past.keys.indexOf(key)
        return drawn(
          'g',
          { transform: `translate(${x} ${y})`, class: series(Math.max(0, place)) },
          drawn('title', {}, key),
          drawn('text', { x: 4, y: 20, class: 'name' }, shortened(key, each - 12)),
          drawn('text', { x: 4, y: key === '' ? 58 : 66, class: 'large' }, label(value)),
          ...sparkline(past.values[place] ?? [], each - 16),
        )
      }),
    )
  }
}

function sparkline(values: readonly (number | null)[], width: number): readonly SVGElement[] {
  const known = values.filter((value) => value !== null)
  if (known.length < 2) return []
  const [least, most] = [Math.min(...known), Math.max(...known)]
  const points = values.flatMap((value, at) => {
    if (value === null) return []
    const x = 4 + (at / (values.length - 1)) * width
    const y = 122 - ((value - least) / (most - least || 1)) * 40
    return [`${x.toFixed(1)},${y.toFixed(1)}`]
  })
  return [drawn('polyline', { points: points.join(' '), class: 'past' })]
}
