import type uPlot from 'uplot'

/** The value of a custom property of the page's styles, such as a colour. */
export function property(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim()
}

/** What both axes of a chart have in common; `fontSize` in pixels. */
export function axisLook(fontSize: number): uPlot.Axis {
  return {
    stroke: property('--quiet'),
    font: `${fontSize}px system-ui, sans-serif`,
    grid: { stroke: property('--line'), width: 0.5 },
    ticks: { show: false },
  }
}
