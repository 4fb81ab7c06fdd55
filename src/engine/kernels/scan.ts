import type { Step } from '../../functions/steps.ts'
import type { KernelInstance } from './instance.ts'
import type { ProgramStep } from './program.ts'
import { hasKernel } from './steps.ts'

/** Fills vector 0 with the next elements of the text; returns how many. */
export type ScanKernel = () => number

/**
 * Return the scan that a program begins with, and the steps that are left: a first step that cuts or searches lines is
 * done by the scan.
 *
 * @param countsOnly nobody looks at the elements, so that they need not be there.
 */
export function compileScan(
  kernels: KernelInstance,
  steps: readonly ProgramStep[],
  countsOnly: boolean,
): { readonly scan: ScanKernel; readonly rest: readonly ProgramStep[] } {
  const [first, ...rest] = steps
  const scan = first && scanOf(kernels, first.step, countsOnly && rest.length === 0)
  return scan === undefined ? { scan: () => kernels.exports.scanLines(), rest: steps } : { scan, rest }
}

function scanOf(kernels: KernelInstance, step: Step, countsOnly: boolean): ScanKernel | undefined {
  const { exports } = kernels
  if (step.step === 'words') return () => exports.scanWords()
  if (step.step === 'split') {
    const code = step.separator.charCodeAt(0)
    if (step.separator.length !== 1 || code >= 128 || code === 10) return undefined
    return step.trailing === 'drop' ? () => exports.scanPartsDropping(code) : () => exports.scanParts(code)
  }
  if (step.step !== 'contains' || !hasKernel(step)) return undefined
  const { place, length } = kernels.constant(step.text)
  const negated = step.negated === true ? 1 : 0
  return countsOnly
    ? () => exports.countLinesContaining(place, length, negated)
    : () => exports.scanLinesContaining(place, length, negated)
}
