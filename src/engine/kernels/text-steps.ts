import type { Step } from '../../functions/steps.ts'
import type { KernelInstance } from './instance.ts'
import type { StepKernel } from './step-kernel.ts'

type Run = (from: number, count: number) => number

/** More than any text has of units. */
const ENDLESS = 0x7fff_ffff

const each = (run: Run): StepKernel => ({ kind: 'each', run })

/** True for text whose bytes stand in other bytes exactly where it stands in what they decode to. */
function isExact(text: string): boolean {
  return text.isWellFormed() && !text.includes('\uFFFD')
}

function isIndex(index: number): boolean {
  return Number.isInteger(index) && index >= 0 && index < ENDLESS
}

function cut(kernels: KernelInstance, next: (cut: number, to: number) => number): StepKernel {
  const { exports } = kernels
  const state = exports.newCut() >>> 0
  return {
    kind: 'many',
    begin: (from, count) => exports.beginCut(state, from, count),
    next: (to) => next(state, to),
    isDone: () => exports.isCut(state) !== 0,
  }
}

function split(kernels: KernelInstance, step: Step & { step: 'split' }): StepKernel | undefined {
  if (step.separator === '' || !isExact(step.separator)) return undefined
  const { exports } = kernels
  const { place, length } = kernels.constant(step.separator)
  return step.trailing === 'drop'
    ? cut(kernels, (state, to) => exports.cutPartsDropping(state, to, place, length))
    : cut(kernels, (state, to) => exports.cutParts(state, to, place, length))
}

type Comparing = Step & { step: 'contains' | 'starts-with' | 'ends-with' | 'equals' }

function comparing(kernels: KernelInstance, step: Comparing): StepKernel | undefined {
  if (!isExact(step.text)) return undefined
  const { exports } = kernels
  const { place, length } = kernels.constant(step.text)
  const negated = step.negated === true ? 1 : 0
  switch (step.step) {
    case 'contains':
      return each((from, count) => exports.contains(from, count, place, length, negated))
    case 'starts-with':
      return each((from, count) => exports.startsWith(from, count, place, length, negated))
    case 'ends-with':
      return each((from, count) => exports.endsWith(from, count, place, length, negated))
    case 'equals':
      return each((from, count) => exports.equals(from, count, place, length, negated))
  }
}

/** The least and the most length for which a comparison holds; none where the most is less. `!==` is `===` negated. */
function bounds({ comparison, than }: Step & { step: 'length' }): readonly [number, number] {
  switch (comparison) {
    case '<':
      return [0, Math.ceil(than) - 1]
    case '<=':
      return [0, Math.floor(than)]
    case '>':
      return [Math.floor(than) + 1, Number.POSITIVE_INFINITY]
    case '>=':
      return [Math.ceil(than), Number.POSITIVE_INFINITY]
    default:
      return Number.isInteger(than) ? [than, than] : [1, 0]
  }
}

function lengthTest({ exports }: KernelInstance, step: Step & { step: 'length' }): StepKernel {
  const [low, high] = bounds(step)
  const least = Math.max(0, Math.min(low, ENDLESS))
  const most = Math.min(high, ENDLESS)
  // Written so that a comparison with NaN holds for no length.
  const [from, to] = least <= most ? [least, most] : [1, 0]
  const codePoints = step.unit === 'code-point' ? 1 : 0
  const negated = step.comparison === '!==' ? 1 : 0
  return each((vector, count) => exports.lengthWithin(vector, count, from, to, codePoints, negated))
}

function part(
  kernels: KernelInstance,
  { separator, index }: { readonly separator: string; readonly index: number },
  missingIsNull: boolean,
): StepKernel | undefined {
  if (separator === '' || !isExact(separator) || !isIndex(index)) return undefined
  const { exports } = kernels
  const { place, length } = kernels.constant(separator)
  const missing = missingIsNull ? 1 : 0
  return each((from, count) => exports.part(from, count, place, length, index, missing))
}

function csvField(
  { exports }: KernelInstance,
  { separator, index }: { readonly separator: string; readonly index: number },
): StepKernel | undefined {
  // The function knows no other separator.
  if (separator !== ',' || !isIndex(index)) return undefined
  const byte = separator.charCodeAt(0)
  return each((from, count) => exports.csvField(from, count, byte, index))
}

function logfmtField(
  kernels: KernelInstance,
  { name }: Step & { step: 'logfmt-field' },
): StepKernel | undefined {
  if (!isExact(name)) return undefined
  const { exports } = kernels
  const { place, length } = kernels.constant(name)
  return each((from, count) => exports.logfmtField(from, count, place, length))
}

/** Return the kernel of a step on text; undefined where there is none, or none for its parameters. */
export function compileTextStep(kernels: KernelInstance, step: Step): StepKernel | undefined {
  const { exports } = kernels
  switch (step.step) {
    case 'split':
      return split(kernels, step)
    case 'words':
      return cut(kernels, (state, to) => exports.cutWords(state, to))
    case 'contains':
    case 'starts-with':
    case 'ends-with':
    case 'equals':
      return comparing(kernels, step)
    case 'length':
      return lengthTest(kernels, step)
    case 'lower':
      return each((from, count) => exports.lower(from, count))
    case 'upper':
      return each((from, count) => exports.upper(from, count))
    case 'trim':
      return each((from, count) => exports.trim(from, count))
    case 'part':
      return part(kernels, step, false)
    case 'tsv-field':
      return step.separator === '\t' ? part(kernels, step, true) : undefined
    case 'word':
      return isIndex(step.index) ? each((from, count) => exports.word(from, count, step.index)) : undefined
    case 'csv-field':
      return csvField(kernels, step)
    case 'logfmt-field':
      return logfmtField(kernels, step)
    default:
      return undefined
  }
}
