import { StageError } from './errors.ts'

/** Longest element shown in an error. */
const SHOWN = 120

/** Return a value as one line of JSON-like text, cut to be read in an error message. */
export function describeElement(element: unknown): string {
  let text: string | undefined
  try {
    text = typeof element === 'bigint' ? `${element}n` : JSON.stringify(element)
  } catch {
    text = undefined
  }
  const line = text ?? String(element)
  return line.length <= SHOWN
    ? line
    : `${line.slice(0, SHOWN)}… (${line.length.toLocaleString('en')} characters)`
}

/** Return what a thrown value says, without a stack. */
export function reasonOf(error: unknown): string {
  if (error instanceof Error) return error.message === '' ? error.name : error.message
  return String(error)
}

/** Return the error of a stage whose function threw at an element; an error that names its stage already stays as it is. */
export function stageError(label: string, element: unknown, error: unknown): StageError {
  if (error instanceof StageError) return error
  return new StageError(label, reasonOf(error), describeElement(element), error)
}

/** Return the error of a stage whose function of whole batches threw: it names the time of the batch, and its size. */
export function batchError(
  label: string,
  time: number,
  batches: readonly ({ count(): number } | readonly unknown[])[],
  error: unknown,
  part = '',
): StageError {
  if (error instanceof StageError) return error
  const sizes = batches.map((batch) => ('count' in batch ? batch.count() : batch.length))
  const what = `${part}batch at ${time} ms, of ${sizes.join(' and ')} element${sizes.at(-1) === 1 ? '' : 's'}`
  return new StageError(label, `${reasonOf(error)} (${what})`, undefined, error)
}
