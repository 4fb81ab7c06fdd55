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
