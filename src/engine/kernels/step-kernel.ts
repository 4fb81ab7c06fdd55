/** A step that takes an element and gives one or none: it works in place, and returns how many elements are left. */
export interface EachKernel {
  readonly kind: 'each'
  readonly run: (from: number, count: number) => number
}

/** A step that takes an element and gives many: `next` fills another vector until `isDone`. */
export interface ManyKernel {
  readonly kind: 'many'
  readonly begin: (from: number, count: number) => void
  readonly next: (to: number) => number
  readonly isDone: () => boolean
}

/**
 * A step, ready to run on vectors of one instance. What it cannot do exactly stays as it came in and is listed by
 * `takeUndone`; the host does it.
 */
export type StepKernel = EachKernel | ManyKernel
