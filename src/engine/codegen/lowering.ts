import type { Fold } from '../../functions/aggregator.ts'
import type { PairSteps, Step } from '../../functions/steps.ts'
import { hasKernel } from '../kernels/steps.ts'
import type { Aggregation, Narrow } from '../operators/record.ts'

/** From how many bytes on kernels and threads are used. */
export interface LoweringLimits {
  /** Bytes that operators take in JavaScript first: compiling kernels must not cost whoever types into a pipe. */
  readonly kernelBytes: number
  /** Bytes of one batch after which threads are started: some 15 ms of work, where a thread takes 30 ms to come up. */
  readonly startingBytes: number
  /** Bytes of a batch from which on threads that are there take part: to ask one for its table takes 0.2 ms. */
  readonly sharedBytes: number
}

/** The limits where nothing else is said. */
export const LOWERING_LIMITS: LoweringLimits = {
  kernelBytes: 1 << 16,
  startingBytes: 8 << 20,
  sharedBytes: 1 << 20,
}

/** A step as plain data, that any thread can make a program of. */
export interface PlainStep {
  readonly step: Step
  /** The function that is this step and no more, but for a pair that it makes: it takes any value. */
  readonly alone?:
    | { readonly kind: 'builtin'; readonly name: string; readonly parameter?: string | undefined }
    | { readonly kind: 'source'; readonly text: string; readonly isPairing: boolean }
  /** Place in the chain of the operator that leaves out an element at which the step fails; absent where it cannot. */
  readonly skips?: number
}

/** What a kernel does in place of operators, and what is left of them. */
export interface LoweredChain {
  readonly steps: readonly PlainStep[]
  /** How many of the chain's operators the steps stand for. */
  readonly count: number
  /** The elements are lines as they came in, of which a tab makes pairs. */
  readonly isLines: boolean
  /** Elements may be something other than text. */
  readonly isMixed: boolean
  /** Something smaller than a line was cut out, of which there are few different ones as a rule. */
  readonly isCut: boolean
  /** Less comes out than goes in: some elements are dropped, or all but a part of them. */
  readonly isReducing: boolean
}

/** How a kernel counts in place of an aggregation. */
export interface LoweredAggregation {
  /** What kernels do to lines before they count; undefined where operators are called for each element. */
  readonly steps: readonly PlainStep[] | undefined
  /** Operators that are called for each line, where there are no steps. */
  readonly calls: readonly Narrow[]
  /** Operators that run once per distinct value, when the batch is complete. */
  readonly rest: readonly Narrow[]
  /** Number of the elements alone: there are no keys. */
  readonly countsAll: boolean
  /** A list of two out of JSON would be a pair: kernels give up when they meet one. */
  readonly refusesPairs: boolean
  /** The values of keys are folded, not counted, after `steps` that only test: kernels give up at one that is no number. */
  readonly folded?: FoldedAggregation
}

/** How kernels fold the values of pairs in lines of text. */
export interface FoldedAggregation {
  readonly fold: Fold
  /** The operator that makes the pairs out of JSON text; where absent, lines are `key<TAB>value`. */
  readonly pairing?: {
    readonly steps: PairSteps
    readonly call: (line: string) => readonly [unknown, unknown]
  }
}

/** Steps that pass an element on or drop it. */
export const TESTS: ReadonlySet<Step['step']> = new Set([
  'contains',
  'starts-with',
  'ends-with',
  'equals',
  'length',
])
const FIELDS: ReadonlySet<Step['step']> = new Set([
  'word',
  'part',
  'json-path',
  'logfmt-field',
  'csv-field',
  'tsv-field',
])
/** What may fail at text. */
const FALLIBLE: ReadonlySet<Step['step']> = new Set(['word', 'json-path', 'logfmt-field', 'csv-field'])
const MIXED: ReadonlySet<Step['step']> = new Set([...FIELDS, 'pair-with'])
const CUTTING: ReadonlySet<Step['step']> = new Set([...FIELDS, 'split', 'words'])

/**
 * Return the longest beginning of a chain over lines of text that kernels can run.
 *
 * @param pairs whether an operator that makes pairs may be part of it: no kernel runs it, whoever counts leaves it out.
 */
export function lowerChain(chain: readonly Narrow[], pairs: boolean): LoweredChain {
  const steps: PlainStep[] = []
  let [count, isLines, isMixed, isCut, isReducing] = [0, true, false, false, false]
  for (const { lowered, skip } of chain) {
    const own = lowered?.steps
    if (lowered === undefined || own === undefined) break
    const alone = aloneOf(lowered, own)
    // Of a value that is no text only a function of one step can say what it makes; a pair is made of any.
    if (isMixed && alone === undefined && own[0]?.step !== 'pair-with') break
    // What an arrow makes where a path leads nowhere depends on how it is written.
    if (alone === undefined && own.some(isArrowPath)) break
    // What follows a pair would have to know its key and its value.
    if (steps.at(-1)?.step.step === 'pair-with') break
    if (!pairs && own.some(({ step }) => step === 'pair-with')) break
    if (!own.every((step) => hasKernel(step))) break
    const isFallible = skip !== undefined && (isMixed || own.some(({ step }) => FALLIBLE.has(step)))
    // Whose first half has already run cannot say which element it was.
    if (skip !== undefined && alone === undefined && (isFallible || own.slice(0, -1).some(isField))) break
    for (const step of own) {
      const isAlone = alone !== undefined && step.step !== 'pair-with'
      steps.push({ step, ...(isAlone ? { alone, ...(isFallible && { skips: count }) } : {}) })
      isLines &&= TESTS.has(step.step)
      isMixed ||= MIXED.has(step.step)
      isCut ||= CUTTING.has(step.step)
      isReducing ||= TESTS.has(step.step) || FIELDS.has(step.step)
    }
    count += 1
  }
  return { steps, count, isLines, isMixed, isCut, isReducing }
}

function isField({ step }: Step): boolean {
  return FIELDS.has(step)
}

function isArrowPath(step: Step): boolean {
  return step.step === 'json-path' && step.missing === undefined
}

/** Return the function of one step, and perhaps a pair, as plain data; undefined where it is more than that. */
function aloneOf(
  { builtin, source }: NonNullable<Narrow['lowered']>,
  steps: readonly Step[],
): PlainStep['alone'] | undefined {
  const isPairing = steps.length === 2 && steps[1]?.step === 'pair-with'
  if (steps[0]?.step === 'pair-with' || (steps.length !== 1 && !isPairing)) return undefined
  if (builtin !== undefined) return { kind: 'builtin', ...builtin }
  return source === undefined ? undefined : { kind: 'source', text: source, isPairing }
}

/**
 * Return how kernels count what `chain` makes of lines of text, or undefined where they cannot: the aggregation must
 * count, or sum up ones.
 */
export function lowerAggregation(
  chain: readonly Narrow[],
  aggregation: Aggregation,
): LoweredAggregation | undefined {
  const { aggregator, key } = aggregation
  const folded = lowerFolding(chain, aggregation)
  if (folded !== undefined) return folded
  if (aggregator.countsOnes !== true) return undefined
  const { steps, count, isLines, isCut } = lowerChain(chain, true)
  const rest = chain.slice(count)
  const last = steps.at(-1)?.step
  const isPaired = last?.step === 'pair-with'
  const lowered = { steps, calls: [], rest, countsAll: false, refusesPairs: false }
  const withoutPair = { ...lowered, steps: isPaired ? steps.slice(0, -1) : steps }
  if (rest.length > 0) {
    // One call for many equal values: worth it where values repeat, as words do and lines do not.
    const isPure = rest.every(({ lowered, skip }) => lowered?.pure === true && skip === undefined)
    return isPure && isCut && !isPaired ? lowered : lowerCalls(chain, aggregation)
  }
  if (key === 'none') return aggregator.countsAny === true ? { ...withoutPair, countsAll: true } : undefined
  if (key === 'element') return isPaired ? undefined : lowered
  if (isPaired) return isOne(last, aggregator) ? withoutPair : undefined
  // A line may hold a tab, and then is a pair with a value of its own.
  if (isLines) return undefined
  const [path, ...after] = steps.filter(({ step }) => !TESTS.has(step.step))
  const refusesPairs = steps.some(({ step }) => step.step === 'json-path')
  // Who gives up runs some lines again: what was left out must not be so twice.
  if (refusesPairs && steps.some(({ skips }) => skips !== undefined)) return lowerCalls(chain, aggregation)
  // Who gives up goes on with the line at which it did: before that, each line must have been one element.
  if (refusesPairs && (path?.step.step !== 'json-path' || after.length > 0)) return undefined
  return { ...lowered, refusesPairs }
}

/** Return how kernels fold the values of pairs, where lines, that at most were tested before, are pairs or are made such. */
function lowerFolding(
  chain: readonly Narrow[],
  { aggregator: { folds: fold }, key }: Aggregation,
): LoweredAggregation | undefined {
  if (fold === undefined || key !== 'pair') return undefined
  const { steps, count, isLines } = lowerChain(chain, false)
  const [narrow, ...rest] = chain.slice(count)
  if (!isLines || rest.length > 0) return undefined
  const lowered = { steps, calls: [], rest: [], countsAll: false, refusesPairs: false }
  if (narrow === undefined) return { ...lowered, folded: { fold } }
  const pairs = narrow.lowered?.pairSteps
  if (pairs === undefined || !hasKernel(pairs.key) || !hasKernel(pairs.value)) return undefined
  const call = narrow.inline?.call as ((line: string) => readonly [unknown, unknown]) | undefined
  if (call === undefined) return undefined
  return { ...lowered, folded: { fold, pairing: { steps: pairs, call } } }
}

function isOne(step: Step | undefined, aggregator: Aggregation['aggregator']): boolean {
  return step?.step === 'pair-with' && (step.value === 1 || aggregator.countsAny === true)
}

/** What no kernel can make of a line is made by calls, and counted by its bytes all the same. */
function lowerCalls(
  chain: readonly Narrow[],
  { aggregator, key }: Aggregation,
): LoweredAggregation | undefined {
  // An operator without a function, such as a sample, has a state that must be one from the first element on.
  if (!chain.every(({ lowered }) => lowered !== undefined)) return undefined
  const call = { steps: undefined, rest: [], countsAll: false, refusesPairs: false }
  if (key === 'element') return { ...call, calls: chain }
  const last = chain.at(-1)?.lowered?.steps
  const isPairing = key === 'pair' && last?.length === 1 && isOne(last[0], aggregator)
  return isPairing ? { ...call, calls: chain.slice(0, -1) } : undefined
}
