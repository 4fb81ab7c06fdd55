const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/**
 * Return the milliseconds of a duration such as `500ms`, `1s`, `1.5m`, `2h`, `1d`, `1m30s`; undefined when it is none.
 */
export function parseDuration(text: string): number | undefined {
  if (!/^(?:\d+(?:\.\d+)?(?:ms|s|min|m|h|d))+$/.test(text)) return undefined
  let total = 0
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|min|m|h|d)/g)) {
    total += Number(amount) * (UNITS[unit as string] as number)
  }
  return Number.isInteger(total) ? total : Math.round(total)
}

/** Return milliseconds as the shortest exact duration: `90000` as `90s`, `60000` as `1m`. */
export function formatDuration(milliseconds: number): string {
  for (const unit of ['d', 'h', 'm', 's'] as const) {
    const size = UNITS[unit] as number
    if (milliseconds >= size && milliseconds % size === 0) return `${milliseconds / size}${unit}`
  }
  return `${milliseconds}ms`
}

const BYTE_UNITS: Readonly<Record<string, number>> = { '': 1, k: 1 << 10, m: 1 << 20, g: 1 << 30 }

/** Return the bytes of a size such as `4096`, `64k`, `16MiB`, `1g` (powers of 1,024); undefined when it is none. */
export function parseBytes(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([kmg]?)(?:i?b)?$/i.exec(text)
  if (match === null) return undefined
  return Math.round(Number(match[1]) * (BYTE_UNITS[(match[2] as string).toLowerCase()] as number))
}

/** Return bytes as a person reads them: `16 MiB`. */
export function formatBytes(bytes: number): string {
  for (const [name, size] of [
    ['GiB', 1 << 30],
    ['MiB', 1 << 20],
    ['KiB', 1 << 10],
  ] as const) {
    if (bytes >= size) return `${Number((bytes / size).toFixed(1))} ${name}`
  }
  return `${bytes} bytes`
}
