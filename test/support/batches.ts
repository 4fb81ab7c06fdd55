/** A batch that came out: its time and its elements. */
export interface TimedBatch {
  readonly time: number
  readonly elements: unknown[]
}

/** Return batches as `emit --format batches` writes them, one per second from 1000 ms. */
export function encodeBatches(batches: readonly (readonly unknown[])[]): string {
  const lines = batches.flatMap((elements, index) => {
    const time = (index + 1) * 1000
    return [`#begin ${time}`, ...elements.map((element) => JSON.stringify(element)), `#end ${time}`]
  })
  return `${['#dstream batches 1 1000', ...lines].join('\n')}\n`
}

/** Return the batches that a stream of batches holds. */
export function decodeBatches(text: string): TimedBatch[] {
  const batches: TimedBatch[] = []
  for (const line of text.split('\n')) {
    const begin = /^#begin (\d+)$/.exec(line)
    if (begin !== null) batches.push({ time: Number(begin[1]), elements: [] })
    else if (line !== '' && !line.startsWith('#')) batches.at(-1)?.elements.push(JSON.parse(line))
  }
  return batches
}

/** Return the elements at each second from 1000 ms, null where no batch came out. */
export function atSeconds(batches: readonly TimedBatch[], count: number): (unknown[] | null)[] {
  return Array.from({ length: count }, (_, index) => {
    const found = batches.find(({ time }) => time === (index + 1) * 1000)
    return found === undefined ? null : found.elements
  })
}
