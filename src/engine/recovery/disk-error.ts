import type { SourceError } from '../plan/errors.ts'
import { codeOf, sourceError } from '../sources/reading/errors.ts'

/** Return an error at a file of the checkpoint as one for its reader. */
export function diskError(path: string, error: unknown): SourceError {
  const isFull = ['ENOSPC', 'EDQUOT'].includes(codeOf(error) ?? '')
  const hint = isFull
    ? 'Make room and run the same line again: it goes on behind the last batch that was written whole.'
    : 'Name a directory that can be written to.'
  return sourceError(`checkpoint ${path}`, error, hint)
}
