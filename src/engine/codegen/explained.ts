import { eachElement } from '../batch/lines.ts'
import type { Partition } from '../batch/partition.ts'
import { FailedBlock } from '../masters/threads.ts'
import type { Narrow } from '../operators/record.ts'
import { StageError } from '../plan/errors.ts'
import { through } from './generate.ts'

/**
 * Return what the operators themselves say of an error of the kernels in their place: they know which of them failed,
 * and at which element.
 *
 * @param partition the text in which it stands, where the error does not hold it.
 * @param chain the operators that kernels stood for: they have no effects.
 */
export function explained(
  error: unknown,
  partition: Partition | undefined,
  chain: readonly Narrow[],
): unknown {
  const failed: Partition | undefined =
    error instanceof FailedBlock ? { kind: 'text', bytes: error.bytes, count: 0 } : partition
  if (failed === undefined || error instanceof StageError) return error
  try {
    eachElement(
      failed,
      through(chain, () => {}),
    )
  } catch (own) {
    return own
  }
  return error
}
