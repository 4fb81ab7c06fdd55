import { findFunction } from '../../functions/registry.ts'
import type { ProgramStep } from '../kernels/program.ts'
import type { Narrow } from '../operators/record.ts'
import { compileFunction } from '../plan/arrow.ts'
import { type PlainStep, TESTS } from './lowering.ts'

/**
 * Return steps ready for a program: functions are looked up or compiled again, for a thread cannot be sent one.
 *
 * @param chain the operators that the steps stand for; only where some leave out elements at which they fail.
 */
export function programSteps(
  steps: readonly PlainStep[],
  chain: readonly Narrow[] = [],
): readonly ProgramStep[] {
  return steps.map((plain) => {
    const step = programStep(plain)
    const skip = plain.skips === undefined ? undefined : chain[plain.skips]?.skip
    const { alone } = step
    if (skip === undefined || alone === undefined) return step
    const skipping = (value: unknown): readonly unknown[] => {
      try {
        return alone(value)
      } catch (error) {
        skip(value, error)
        return []
      }
    }
    return { ...step, alone: skipping }
  })
}

function programStep({ step, alone }: PlainStep): ProgramStep {
  const call = alone && callOf(alone)
  if (call === undefined) return { step }
  if (TESTS.has(step.step)) return { step, alone: (value) => (call(value) ? [value] : []) }
  if (step.step === 'split' || step.step === 'words')
    return { step, alone: (value) => call(value) as unknown[] }
  return { step, alone: (value) => [call(value)] }
}

function callOf(alone: NonNullable<PlainStep['alone']>): ((value: unknown) => unknown) | undefined {
  if (alone.kind === 'builtin') return findFunction(alone.name)?.mapper?.(alone.parameter)
  const call = compileFunction(alone.text) as (value: unknown) => unknown
  return alone.isPairing ? (value) => (call(value) as readonly unknown[])[0] : call
}
