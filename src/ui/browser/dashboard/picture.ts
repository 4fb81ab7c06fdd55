import { property } from '../shared/look.ts'

/** What of a style a drawing needs where the page's styles are not. */
const STYLES = ['fill', 'fill-opacity', 'stroke', 'stroke-width', 'font', 'opacity', 'transform'] as const

const MARGIN = 16
const HEAD = 40

/** Save a drawing as a picture under its title. */
export async function savePicture(drawing: SVGElement | HTMLCanvasElement, title: string): Promise<void> {
  const box = drawing.getBoundingClientRect()
  const ratio = Math.max(2, devicePixelRatio)
  const canvas = document.createElement('canvas')
  canvas.width = (box.width + 2 * MARGIN) * ratio
  canvas.height = (box.height + HEAD + MARGIN) * ratio
  const context = canvas.getContext('2d')
  if (context === null) return
  context.scale(ratio, ratio)
  context.fillStyle = property('--ground')
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.fillStyle = property('--text')
  context.font = '600 16px system-ui, sans-serif'
  context.fillText(title, MARGIN, 26)
  const image = drawing instanceof HTMLCanvasElement ? drawing : await imageOf(drawing, box)
  context.drawImage(image, MARGIN, HEAD, box.width, box.height)
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'))
  if (blob === null) return
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = `${title.replace(/[^\p{L}\p{N} _-]/gu, '').trim() || 'dashboard'}.png`
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

/** A drawing stands for itself as a picture only with its styles written into it. */
async function imageOf(drawing: SVGElement, { width, height }: DOMRect): Promise<HTMLImageElement> {
  const copy = drawing.cloneNode(true) as SVGElement
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  copy.setAttribute('width', String(width))
  copy.setAttribute('height', String(height))
  const originals = drawing.querySelectorAll<SVGElement>('*')
  for (const [at, each] of copy.querySelectorAll<SVGElement>('*').entries()) {
    const style = getComputedStyle(originals[at] as SVGElement)
    for (const name of STYLES) {
      const value = style.getPropertyValue(name)
      if (name !== 'transform' || value !== 'none') each.style.setProperty(name, value)
    }
    if (each.tagName === 'rect') each.setAttribute('width', style.width.replace('px', ''))
  }
  const image = new Image()
  const source = new Blob([new XMLSerializer().serializeToString(copy)], { type: 'image/svg+xml' })
  const url = URL.createObjectURL(source)
  try {
    image.src = url
    await image.decode()
    return image
  } finally {
    URL.revokeObjectURL(url)
  }
}
