import type { Keeps } from '../operators/record.ts'
import { reasonOf, stageError } from '../plan/describe.ts'
import { StageError } from '../plan/errors.ts'
import { NotSavable } from '../state/saved-values.ts'

/** Return what a stage keeps so that every error names the stage. */
export function namedKeeps(label: string, kept: Keeps): Keeps {
  const { save, restore, changes, apply, size, entries } = kept
  const named =
    <A extends unknown[], R>(call: (...args: A) => R) =>
    (...args: A): R => {
      try {
        return call(...args)
      } catch (error) {
        if (error instanceof NotSavable) throw stageError(label, error.value, error)
        if (error instanceof StageError) throw error
        throw new StageError(label, reasonOf(error), undefined, error)
      }
    }
  return {
    save: named(save),
    restore: named(restore),
    ...(changes === undefined ? {} : { changes: named(changes) }),
    ...(apply === undefined ? {} : { apply: named(apply) }),
    ...(size === undefined ? {} : { size }),
    ...(entries === undefined ? {} : { entries: named(entries) }),
  }
}
