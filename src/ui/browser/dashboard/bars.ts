import { drawn } from '../shared/elements.ts'
import { label, largest, type Shown, shortened } from './chart-view.ts'
import { DrawnChart } from './drawn-chart.ts'

const MOST = 12
const ROW = 34

/** One bar: its parts are kept, so that it moves to its new place. */
interface Bar {
  readonly group: SVGElement
  readonly name: SVGElement
  readonly title: SVGElement
  readonly value: SVGElement
  readonly rect: SVGElement
}

/** The largest keys as bars, the largest on top; they move where their order changes. */
export class Bars extends DrawnChart<SVGElement> {
  readonly #bars = new Map<string, Bar>()

  constructor() {
    super(drawn('svg', { class: 'bars', role: 'img' }))
  }

  protected draw({ batch, title }: Shown, width: number): void {
    if (batch === undefined) return
    const points = largest(batch.points, MOST)
    const most = Math.max(...points.map(([, value]) => Math.abs(value)), Number.MIN_VALUE)
    const left = Math.min(180, width * 0.34)
    const room = Math.max(10, width - left - 84)
    this.drawing.setAttribute('viewBox', `0 0 ${width} ${Math.max(1, points.length) * ROW}`)
    this.drawing.setAttribute('height', String(Math.max(1, points.length) * ROW))
    const words = points.map(([key, value]) => `${key} ${label(value)}`)
    this.drawing.setAttribute('aria-label', `${title}: ${words.join(', ')}`)
    for (const [place, [key, value]] of points.entries()) {
      const bar = this.#bars.get(key) ?? this.#make(key, place)
      const length = Math.max(2, (Math.abs(value) / most) * room)
      bar.group.style.transform = `translateY(${place * ROW}px)`
      bar.name.textContent = shortened(key, left - 12)
      bar.title.textContent = key
      bar.name.setAttribute('x', String(left - 10))
      bar.rect.setAttribute('x', String(left))
      bar.rect.style.width = `${length}px`
      bar.rect.classList.toggle('negative', value < 0)
      bar.value.style.transform = `translateX(${left + length + 8}px)`
      bar.value.textContent = label(value)
    }
    const kept = new Set(points.map(([key]) => key))
    for (const [key, { group }] of this.#bars) {
      if (kept.has(key)) continue
      group.remove()
      this.#bars.delete(key)
    }
  }

  #make(key: string, place: number): Bar {
    const title = drawn('title')
    const name = drawn('text', { y: 21, 'text-anchor': 'end', class: 'name' })
    const value = drawn('text', { y: 21, class: 'value' })
    const rect = drawn('rect', { y: 5, height: ROW - 10, rx: 4 })
    const group = drawn('g', { class: 'bar' }, title, rect, name, value)
    // It begins where it belongs, and does not fly in from the top.
    group.style.transform = `translateY(${place * ROW}px)`
    this.drawing.append(group)
    const bar = { group, name, title, value, rect }
    this.#bars.set(key, bar)
    return bar
  }
}
