import type { Step } from '../../functions/steps.ts'
import type { KernelInstance } from './instance.ts'
import type { StepKernel } from './step-kernel.ts'
import { compileTextStep } from './text-steps.ts'
import { compileValueStep } from './value-steps.ts'

/** Return the kernel of a step, or undefined where there is none, or none for its parameters. */
export function compileStep(kernels: KernelInstance, step: Step): StepKernel | undefined {
  return compileTextStep(kernels, step) ?? compileValueStep(kernels, step)
}

/** Stands for kernels while it is asked whether there is one: to make real ones costs memory and a compilation. */
const PROBE = {
  exports: { newCut: () => 0, constant: () => 0 },
  constant: () => ({ place: 0, length: 0 }),
  words: { set: () => {} },
} as unknown as KernelInstance

/** Return whether there is a kernel for a step. */
export function hasKernel(step: Step): boolean {
  // What makes a pair is left to who counts the pairs.
  return step.step === 'pair-with' || compileStep(PROBE, step) !== undefined
}
