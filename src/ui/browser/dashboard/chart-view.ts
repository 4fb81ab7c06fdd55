import type { Batch, Point } from '../../dashboard/messages.ts'
import type { PastValues } from './past-values.ts'

/** What a panel shows. */
export interface Shown {
  readonly title: string
  /** The last batch that has elements. */
  readonly batch: Batch | undefined
  readonly past: PastValues
}

/** Draws what a panel shows. */
export interface ChartView {
  readonly node: HTMLElement | SVGElement
  /** Draw; called at most once per frame. */
  show(shown: Shown): void
  /** What of it can be saved as a picture; absent where it is text. */
  readonly drawing?: SVGElement | HTMLCanvasElement
}

const NUMBER = new Intl.NumberFormat('en', { maximumFractionDigits: 2 })
const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 4 })

/** A number as a label. */
export function label(value: number): string {
  return Math.abs(value) < 1e6 ? NUMBER.format(value) : COMPACT.format(value)
}

/** A text that has about so many pixels at the size of labels. */
export function shortened(text: string, pixels: number): string {
  const most = Math.max(1, Math.floor(pixels / 7.8))
  const letters = [...text]
  return letters.length <= most ? text : `${letters.slice(0, most - 1).join('')}…`
}

/** The points with the largest numbers, largest first. */
export function largest(points: readonly Point[], most: number): readonly Point[] {
  return [...points].sort(([, one], [, other]) => other - one).slice(0, most)
}

/** The colour of a place among several. */
export function series(place: number): string {
  return `series-${(place % 8) + 1}`
}

/** Call `draw` when the width of a node has changed, or the scheme of colours. */
export function onLook(node: Element, draw: () => void): void {
  let width = 0
  new ResizeObserver(() => {
    if (node.clientWidth === width) return
    width = node.clientWidth
    draw()
  }).observe(node)
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw)
}
