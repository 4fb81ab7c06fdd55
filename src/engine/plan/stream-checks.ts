import { formatDuration } from './duration.ts'
import { UsageError } from './errors.ts'
import type { PlanNode } from './plan.ts'

/**
 * Check a duration that a stage was given; absent ones are right.
 *
 * @throws UsageError unless it is a multiple of the slide of the stage's input.
 */
export function checkMultiple(node: PlanNode, name: string, value: number | undefined, slide: number): void {
  if (value === undefined || (value > 0 && value % slide === 0)) return
  throw new UsageError(
    `${node.command}: its ${name} ${formatDuration(value)} is no multiple of the stream's slide, ${formatDuration(slide)}`,
    `Use ${formatDuration(Math.max(1, Math.ceil(value / slide)) * slide)}, or another --interval.`,
    node.id,
  )
}

/** Throw a UsageError unless all inputs of a stage slide alike. */
export function checkEqualSlides(node: PlanNode, slides: readonly number[]): void {
  const [first = 0] = slides
  const other = slides.find((slide) => slide !== first)
  if (other === undefined) return
  throw new UsageError(
    `${node.command}: its streams must have equal slides, these slide by ${formatDuration(first)} and ${formatDuration(other)}`,
    'Give both the same slide: window LENGTH SLIDE.',
    node.id,
  )
}
