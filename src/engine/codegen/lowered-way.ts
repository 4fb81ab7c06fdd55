import { eachElement } from '../batch/lines.ts'
import type { Partition } from '../batch/partition.ts'
import { readElement } from '../kernels/elements.ts'
import { Program } from '../kernels/program.ts'
import type { Emit, Narrow } from '../operators/record.ts'
import { explained } from './explained.ts'
import { through } from './generate.ts'
import { type LoweringLimits, lowerChain, type PlainStep } from './lowering.ts'
import { programSteps } from './program-steps.ts'

/** The beginning of a chain, in whose place kernels run. */
export interface LoweredStart {
  readonly steps: readonly PlainStep[]
  readonly rest: readonly Narrow[]
  /** What comes out may be something other than text. */
  readonly isMixed: boolean
  readonly limits: LoweringLimits
}

/**
 * Return the beginning of a chain over lines of text that is worth being run by kernels: all of it, or as much as leaves
 * less to the rest than came in. Undefined where that is nothing.
 */
export function lowerStart(chain: readonly Narrow[], limits: LoweringLimits): LoweredStart | undefined {
  const { steps, count, isMixed, isReducing } = lowerChain(chain, false)
  const isWorth = steps.length > 0 && (isReducing || (count === chain.length && !isMixed))
  return isWorth ? { steps, rest: chain.slice(count), isMixed, limits } : undefined
}

/**
 * Return the way for blocks of text through a chain whose beginning kernels run.
 *
 * @param emit the way on for single elements.
 * @param push the way on for text, where there is no rest of the chain; the callee copies what it keeps.
 */
export function loweredWay(
  start: LoweredStart,
  chain: readonly Narrow[],
  emit: Emit,
  push: ((partition: Partition) => void) | undefined,
): (partition: Partition) => void {
  const whole = through(chain, emit)
  const rest = through(start.rest, emit)
  // What is called once more to find the error must have no effects.
  const isPure = start.rest.every((narrow) => narrow.lowered?.pure === true)
  const lowered = isPure ? chain : chain.slice(0, chain.length - start.rest.length)
  const onText =
    start.rest.length === 0 && push !== undefined ? push : (text: Partition) => eachElement(text, rest)
  let program: Program | undefined
  let bytes = 0
  const sink =
    ({ kernels, others }: Program) =>
    (from: number, count: number): void => {
      const size = start.isMixed ? -1 : kernels.exports.joinElements(from, count)
      if (size < 0) {
        for (let index = 0; index < count; index++) rest(readElement(kernels, from, index, others))
        return
      }
      const place = kernels.exports.joinedPlace() >>> 0
      onText({ kind: 'text', bytes: kernels.bytes.subarray(place, place + size), count })
    }
  return (partition) => {
    if (partition.kind !== 'text') {
      eachElement(partition, whole)
      return
    }
    bytes += partition.bytes.length
    if (bytes <= start.limits.kernelBytes) {
      eachElement(partition, whole)
      return
    }
    program ??= new Program(programSteps(start.steps, chain), sink)
    try {
      program.run(partition.bytes)
    } catch (error) {
      throw explained(error, partition, lowered)
    }
  }
}
