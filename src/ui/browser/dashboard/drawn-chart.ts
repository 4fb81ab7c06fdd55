import { element } from '../shared/elements.ts'
import { type ChartView, onLook, type Shown } from './chart-view.ts'

/** A chart that is one drawing, as wide as its panel: drawn again when that or the scheme of colours changes. */
export abstract class DrawnChart<D extends SVGElement | HTMLCanvasElement> implements ChartView {
  readonly node = element('div', { class: 'drawing' })
  readonly drawing: D
  #shown: Shown | undefined

  constructor(drawing: D) {
    this.drawing = drawing
    this.node.append(drawing)
    onLook(this.node, () => this.#draw())
  }

  show(shown: Shown): void {
    this.#shown = shown
    this.#draw()
  }

  /** Draw in so many pixels. */
  protected abstract draw(shown: Shown, width: number): void

  #draw(): void {
    const width = this.node.clientWidth
    if (this.#shown !== undefined && width > 0) this.draw(this.#shown, width)
  }
}
