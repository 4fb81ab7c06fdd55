/** A rectangle. */
export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/**
 * Divide a rectangle among sizes, the largest first, in pieces as near to squares as can be (Bruls, Huizing and van Wijk,
 * Squarified Treemaps, 2000).
 */
export function squarified(sizes: readonly number[], whole: Box): readonly Box[] {
  const total = sizes.reduce((sum, size) => sum + size, 0)
  const boxes: Box[] = []
  let rest = whole
  let from = 0
  const scale = (whole.width * whole.height) / (total || 1)
  while (from < sizes.length) {
    const side = Math.min(rest.width, rest.height)
    let until = from + 1
    while (
      until < sizes.length &&
      worst(sizes.slice(from, until + 1), scale, side) <= worst(sizes.slice(from, until), scale, side)
    )
      until += 1
    const row = sizes.slice(from, until)
    const area = row.reduce((sum, size) => sum + size, 0) * scale
    const isUpright = rest.width >= rest.height
    const depth = side === 0 ? 0 : area / side
    let at = 0
    for (const size of row) {
      const length = depth === 0 ? 0 : (size * scale) / depth
      boxes.push(
        isUpright
          ? { x: rest.x, y: rest.y + at, width: depth, height: length }
          : { x: rest.x + at, y: rest.y, width: length, height: depth },
      )
      at += length
    }
    rest = isUpright
      ? { ...rest, x: rest.x + depth, width: Math.max(0, rest.width - depth) }
      : { ...rest, y: rest.y + depth, height: Math.max(0, rest.height - depth) }
    from = until
  }
  return boxes
}

/** How far the least square piece of a row is from a square. */
function worst(row: readonly number[], scale: number, side: number): number {
  const areas = row.map((size) => size * scale)
  const sum = areas.reduce((total, area) => total + area, 0)
  const [least, most] = [Math.min(...areas), Math.max(...areas)]
  return Math.max((side * side * most) / (sum * sum), (sum * sum) / (side * side * least || 1))
}
