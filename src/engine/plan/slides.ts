import { findRecord } from '../registry.ts'
import { UsageError } from './errors.ts'
import type { Plan } from './plan.ts'
import { checkEqualSlides, checkMultiple } from './stream-checks.ts'

/**
 * Check, before anything runs, that windows are multiples of what they look at and that streams which meet slide alike.
 * What an operator decides only when it is built is checked then.
 *
 * @throws UsageError naming the stage and what would do.
 */
export function checkSlides(plan: Plan): void {
  const slides = new Map<number, number>()
  for (const node of plan.nodes) {
    const inputs = node.inputs.map((id) => slides.get(id) ?? plan.interval)
    checkEqualSlides(node, inputs)
    const [slide = plan.interval] = inputs
    const { arguments: words } = findRecord(node.category, node.command)
    for (const { name, ofSlide } of words) {
      const value = node.values[name]
      if (ofSlide !== true || typeof value !== 'number') continue
      checkMultiple(node, name, value, slide)
      if (name === 'slide') slides.set(node.id, value)
    }
    if (!slides.has(node.id)) slides.set(node.id, slide)
  }
}

/** Throw UsageError unless a plan of a program has an output. */
export function checkHasOutput(plan: Plan): void {
  if (plan.nodes.some(({ category }) => category === 'output')) return
  throw new UsageError(
    'no output operations registered, so nothing to execute',
    'Call print() or foreachRDD().',
  )
}
