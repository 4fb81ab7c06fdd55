import type { TimedBatch } from '../support/batches.ts'
import type { Chain } from './chains.ts'
import { canonical, sorted } from './types.ts'

/** Return what differs between Spark's batches and ours, undefined where nothing does. */
export function differenceOf(
  chain: Chain,
  spark: readonly TimedBatch[],
  ours: readonly TimedBatch[],
): string | undefined {
  const last = chain.steps.at(-1)
  const times = [...new Set([...spark, ...ours].map(({ time }) => time))].sort((a, b) => a - b)
  for (const time of times) {
    const [wanted, found] = [spark, ours].map((batches) => batches.find((batch) => batch.time === time))
    if (wanted === undefined)
      return `at ${time} ms Spark gives no batch, dstream ${JSON.stringify(found?.elements)}`
    if (found === undefined)
      return `at ${time} ms dstream gives no batch, Spark ${JSON.stringify(wanted.elements)}`
    if (last?.countsFromStart === true && wanted.elements.length === 0 && found.elements.join() === '0')
      continue
    const forms = [wanted, found].map(({ elements }) =>
      sorted(elements.map((element) => canonical(chain.type, element))),
    )
    const [left, right] = forms.map((form) => JSON.stringify(form))
    if (left !== right) return `at ${time} ms Spark gives ${left}, dstream ${right}`
    if (last?.ordered !== true) continue
    const [keys, ourKeys] = [wanted, found].map(({ elements }) =>
      JSON.stringify(elements.map((element) => (element as unknown[])[0])),
    )
    if (keys !== ourKeys) return `at ${time} ms Spark orders ${keys}, dstream ${ourKeys}`
  }
  return undefined
}
