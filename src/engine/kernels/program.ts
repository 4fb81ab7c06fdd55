import { runStep } from '../../functions/run-step.ts'
import type { Step } from '../../functions/steps.ts'
import { endOfLines } from '../batch/lines.ts'
import { isPair } from '../batch/pair.ts'
import { OtherValues, readElement, writeElement } from './elements.ts'
import { KernelInstance, VECTOR } from './instance.ts'
import { compileScan, type ScanKernel } from './scan.ts'
import type { StepKernel } from './step-kernel.ts'
import { compileStep } from './steps.ts'

/** A step of a program. */
export interface ProgramStep {
  readonly step: Step
  /** The function that is this step and no more: what it makes of any value. */
  readonly alone?: (value: unknown) => readonly unknown[]
}

/** How a program differs from one that hands its elements to a sink. */
export interface ProgramOptions {
  /** Nobody looks at the elements: they need not be there, only their number. */
  readonly countsOnly?: boolean
  /** A list of two must not reach the sink. */
  readonly refusesPairs?: boolean
}

/** A value has come that kernels do not take: nothing of the lines from `offset` on has been counted. */
export class NotTaken extends Error {
  readonly offset: number

  constructor(offset: number) {
    super('kernels do not take this value')
    this.name = 'NotTaken'
    this.offset = offset
  }
}

/** Takes `count` elements of the vector at `from`, which hold until it returns. */
export type Sink = (from: number, count: number) => void

/** Bytes that kernels are given at once: whole lines, unless one line is longer. */
const PIECE = 1 << 20
/** What a length of an element can hold. */
const LONGEST = 1 << 29

interface Stage {
  readonly step: ProgramStep
  readonly kernel: StepKernel
  /** Where a step that gives many puts them. */
  readonly to: number
}

/** Steps over lines of text, run by kernels a vector at a time. */
export class Program {
  readonly kernels: KernelInstance
  readonly others: OtherValues
  readonly #scan: ScanKernel
  readonly #stages: readonly Stage[]
  readonly #sink: Sink
  readonly #refusesPairs: boolean
  /** Where the vector at hand starts in what `run` was given. */
  #offset = 0

  /** @throws RangeError where a step has no kernel: ask `canCompile` first. */
  constructor(
    steps: readonly ProgramStep[],
    sink: (program: Program) => Sink,
    kernels = new KernelInstance(),
    others = new OtherValues(),
    options: ProgramOptions = {},
  ) {
    this.kernels = kernels
    this.others = others
    const { scan, rest } = compileScan(kernels, steps, options.countsOnly === true)
    this.#scan = scan
    this.#stages = rest.map((step) => {
      const kernel = compileStep(kernels, step.step)
      if (kernel === undefined) throw new RangeError(`${step.step.step} has no kernel`)
      return { step, kernel, to: kernel.kind === 'many' ? kernels.exports.constant(VECTOR * 8) >>> 0 : 0 }
    })
    this.#sink = sink(this)
    this.#refusesPairs = options.refusesPairs === true
  }

  /** Where the vector at hand starts in what `run` was given: a line's start where each line gives one element or none. */
  get offset(): number {
    return this.#offset
  }

  /**
   * Run over whole lines, each ended by `\n`. Throws what a step throws at a value, or NotTaken.
   */
  run(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const end = endOfLines(bytes, at, PIECE)
      const piece = bytes.subarray(at, end)
      if (piece.length >= LONGEST) throw new RangeError('a line is longer than 512 MiB')
      this.#runPiece(piece, at)
      at = end
    }
  }

  #runPiece(piece: Uint8Array, offset: number): void {
    const { kernels } = this
    const { exports, vectors } = kernels
    exports.beginScan(kernels.setInput(piece), piece.length)
    do {
      this.#offset = offset + (exports.scannedBytes() >>> 0)
      const count = this.#scan()
      if (count > 0) {
        exports.resetScratch()
        this.#runStages(0, vectors[0], count)
      }
    } while (exports.isScanned() === 0)
  }

  #runStages(first: number, from: number, count: number): void {
    let left = count
    for (let index = first; index < this.#stages.length; index++) {
      const { kernel, step, to } = this.#stages[index] as Stage
      if (kernel.kind === 'many') {
        kernel.begin(from, left)
        do {
          const made = kernel.next(to)
          // What a step that gives many cannot take is no text, at which its function throws, or which it leaves out.
          const undone = this.kernels.takeUndone()
          const kept = undone.length === 0 ? made : this.#doUndone(step, to, made, undone)
          if (kept > 0) this.#runStages(index + 1, to, kept)
        } while (!kernel.isDone())
        return
      }
      left = kernel.run(from, left)
      const undone = this.kernels.takeUndone()
      if (undone.length > 0) left = this.#doUndone(step, from, left, undone)
      if (left === 0) return
    }
    this.#sink(from, left)
  }

  #alone({ step, alone }: ProgramStep, from: number, index: number): readonly unknown[] {
    const value = readElement(this.kernels, from, index, this.others)
    return alone === undefined ? runStep(step, value) : alone(value)
  }

  /** Do one by one what a kernel has left, and close the gaps; return how many elements there are. */
  #doUndone(step: ProgramStep, from: number, count: number, undone: Uint32Array): number {
    const dropped: number[] = []
    for (const index of undone) {
      const made = this.#alone(step, from, index)
      if (made.length === 0) dropped.push(index)
      else if (this.#refusesPairs && isPair(made[0])) throw new NotTaken(this.#offset)
      else writeElement(this.kernels, from, index, made[0], this.others)
    }
    if (dropped.length === 0) return count
    const { words } = this.kernels
    const base = from >>> 2
    let out = dropped[0] as number
    let next = 0
    for (let index = out; index < count; index++) {
      if (index === dropped[next]) {
        next++
        continue
      }
      words[base + 2 * out] = words[base + 2 * index] as number
      words[base + 2 * out + 1] = words[base + 2 * index + 1] as number
      out++
    }
    return out
  }
}
