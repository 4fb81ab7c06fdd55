import type { StageView } from '../../streaming/shown.ts'
import { drawn, element, table } from '../shared/elements.ts'

/** Pixels of a stage, at the most and at the least, and of a character in it. */
const WIDEST = 210
const NARROWEST = 132
const CHARACTER = 8
const HEIGHT = 62
const GAP = 44
const SIDE = 16

/** Where a stage stands: how many stages are before it, and which of those beside it it is. */
interface Place {
  readonly rank: number
  readonly lane: number
}

/** The plan as a drawing, with the rate of each source on its edges, and as a table beneath. */
export class PlanGraph {
  readonly #host: HTMLElement
  readonly #stages: readonly StageView[]
  readonly #rates = new Map<number, SVGElement[]>()
  readonly #narrow = matchMedia('(max-width: 44rem)')

  constructor(host: HTMLElement, stages: readonly StageView[]) {
    this.#host = host
    this.#stages = stages
    this.#narrow.addEventListener('change', () => this.#draw())
    this.#draw()
  }

  /** Say what flows out of a source. */
  rate(source: number, text: string): void {
    for (const label of this.#rates.get(source) ?? [])
      if (label.textContent !== text) label.textContent = text
  }

  #draw(): void {
    const places = placesOf(this.#stages)
    const isDown = this.#narrow.matches
    const ranks = 1 + Math.max(0, ...[...places.values()].map(({ rank }) => rank))
    const lanes = 1 + Math.max(0, ...[...places.values()].map(({ lane }) => lane))
    const beside = GAP * 1.3
    const room = (this.#host.clientWidth - 40 + beside) / ranks - beside
    const boxWidth = isDown ? WIDEST : Math.max(NARROWEST, Math.min(WIDEST, Math.floor(room)))
    const corner = ({ rank, lane }: Place): readonly [number, number] =>
      isDown
        ? [lane * (boxWidth + SIDE) + 1, rank * (HEIGHT + GAP) + 1]
        : [rank * (boxWidth + beside) + 1, lane * (HEIGHT + SIDE) + 1]
    const width = (isDown ? lanes * (boxWidth + SIDE) - SIDE : ranks * (boxWidth + beside) - beside) + 2
    const height = (isDown ? ranks * (HEIGHT + GAP) - GAP : lanes * (HEIGHT + SIDE) - SIDE) + 2
    this.#rates.clear()
    const edges = this.#stages.flatMap((stage) =>
      stage.inputs.flatMap((input) => {
        const [fromX, fromY] = corner(places.get(input) as Place)
        const [toX, toY] = corner(places.get(stage.id) as Place)
        const [x1, y1] = isDown
          ? [fromX + boxWidth / 2, fromY + HEIGHT]
          : [fromX + boxWidth, fromY + HEIGHT / 2]
        const [x2, y2] = isDown ? [toX + boxWidth / 2, toY] : [toX, toY + HEIGHT / 2]
        const bend = isDown
          ? `${x1} ${(y1 + y2) / 2} ${x2} ${(y1 + y2) / 2}`
          : `${(x1 + x2) / 2} ${y1} ${(x1 + x2) / 2} ${y2}`
        const path = drawn('path', {
          d: `M${x1} ${y1}C${bend} ${x2} ${y2}`,
          class: 'edge',
          'marker-end': 'url(#arrow)',
        })
        const place = isDown
          ? { x: (x1 + x2) / 2 + 8, y: (y1 + y2) / 2 + 4 }
          : { x: (x1 + x2) / 2, y: (y1 + y2) / 2 - 7, 'text-anchor': 'middle' }
        const label = drawn('text', { ...place, class: 'rate' })
        this.#rates.set(input, [...(this.#rates.get(input) ?? []), label])
        return [path, label]
      }),
    )
    const boxes = this.#stages.map((stage) => box(stage, corner(places.get(stage.id) as Place), boxWidth))
    const arrow = drawn(
      'marker',
      { id: 'arrow', viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: 'auto' },
      drawn('path', { d: 'M0 0L8 4L0 8z', class: 'arrow' }),
    )
    const drawing = drawn(
      'svg',
      { width, height, viewBox: `0 0 ${width} ${height}`, 'aria-hidden': 'true' },
      drawn('defs', {}, arrow),
      ...edges,
      ...boxes,
    )
    const frame = element(
      'div',
      { class: 'wide graph', role: 'region', tabindex: '0', 'aria-label': 'drawing of the plan' },
      drawing,
    )
    const rows = this.#stages.map(({ id, label, inputs, way, call }) => [
      String(id),
      element('code', { dir: 'auto' }, label),
      inputs.join(', ') || '–',
      way,
      call ?? '–',
    ])
    const titles = ['Stage', 'As written', 'Reads', 'Runs', 'Its function'].map((title) => ({ title }))
    const isOpen = this.#host.querySelector('details')?.open === true
    const details = element(
      'details',
      {},
      element('summary', {}, 'How each stage runs'),
      table('Stages of the plan', titles, rows),
    )
    details.open = isOpen
    this.#host.replaceChildren(frame, details)
  }
}

function box(
  { label, category, way, call, isLowered }: StageView,
  [x, y]: readonly [number, number],
  width: number,
): SVGElement {
  const letters = Math.floor((width - 20) / CHARACTER)
  const how = isLowered ? 'kernel' : category === 'operator' ? short(way, letters + 1) : category
  return drawn(
    'g',
    { class: `stage ${category}${isLowered ? ' lowered' : ''}` },
    drawn('title', {}, `${label}\n${way}${call === undefined ? '' : `\n${call}`}`),
    drawn('rect', { x, y, width, height: HEIGHT, rx: 7 }),
    drawn('text', { x: x + 12, y: y + 26, class: 'label' }, short(label, letters)),
    drawn('text', { x: x + 12, y: y + 46, class: 'way' }, how),
  )
}

function short(text: string, length: number): string {
  const characters = [...text]
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`
}

/**
 * A stage stands right before the first that reads it, and those behind the last that they read; in the lane of the
 * first of these, where that is free.
 */
function placesOf(stages: readonly StageView[]): Map<number, Place> {
  const ranks = new Map<number, number>()
  for (const { id, inputs } of stages)
    ranks.set(id, 1 + Math.max(-1, ...inputs.map((input) => ranks.get(input) as number)))
  for (const { id } of [...stages].reverse()) {
    const readers = stages.filter(({ inputs }) => inputs.includes(id))
    if (readers.length > 0)
      ranks.set(id, Math.min(...readers.map((reader) => ranks.get(reader.id) as number)) - 1)
  }
  const places = new Map<number, Place>()
  const taken = new Set<string>()
  for (const { id, inputs } of stages) {
    const rank = ranks.get(id) as number
    let lane = Math.min(...inputs.map((input) => (places.get(input) as Place).lane))
    if (inputs.length === 0) lane = 0
    while (taken.has(`${rank} ${lane}`)) lane += 1
    taken.add(`${rank} ${lane}`)
    places.set(id, { rank, lane })
  }
  return places
}
