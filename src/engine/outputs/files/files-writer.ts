import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { eachElement } from '../../batch/lines.ts'
import { StageError } from '../../plan/errors.ts'
import type { Call } from '../../plan/record.ts'
import { reasonOf } from '../../sources/reading/errors.ts'
import type { Encoder } from '../formats/encoder.ts'
import type { OutputTask, OutputWriter } from '../record.ts'
import { BatchDirectory } from './batch-directory.ts'

/** Characters gathered before they are written. */
const BUFFERED = 1 << 16

/** How a batch becomes files. */
export interface FilesOptions {
  /** Makes the encoder of each file. */
  readonly encoder: () => Encoder
  /** What the number of a part stands behind; `part-` where absent. */
  readonly partPrefix?: string
}

/** Return the path of a batch (Spark: `StreamingContext.rddToFileName`): `PREFIX-TIME.SUFFIX`, without what is empty. */
export function batchPath(prefix: string, suffix: string | undefined, time: number): string {
  return `${prefix === '' ? '' : `${prefix}-`}${time}${suffix ? `.${suffix}` : ''}`
}

/**
 * Return the writer of an output that has the arguments `prefix` and `suffix`: a directory per batch, a file per
 * partition.
 *
 * @throws StageError where the directory cannot be written to, before the first batch.
 */
export function filesWriter(call: Call, options: FilesOptions): OutputWriter {
  const prefix = call.string('prefix')
  const suffix = call.value('suffix') as string | undefined
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(prefix))
    throw call.refuse(`${prefix} is no path: files are written to directories of this machine`)
  checkDirectory(call, dirname(batchPath(prefix, suffix, 0)))
  let open: BatchDirectory | undefined
  return {
    batch: (time) => {
      const path = batchPath(prefix, suffix, time)
      const directory = attempt(
        call,
        path,
        undefined,
        () => new BatchDirectory(path, options.partPrefix ?? 'part-'),
      )
      open = directory
      return filesTask(directory, options, (action) => attempt(call, path, directory, action))
    },
    close: () => open?.abandon(),
  }
}

function filesTask(
  directory: BatchDirectory,
  options: FilesOptions,
  attempting: (action: () => void) => void,
): OutputTask {
  let encoder: Encoder
  let text = ''
  const flush = (): void => {
    if (text !== '') directory.write(Buffer.from(text))
    text = ''
  }
  const begin = (): void => {
    if (!directory.isBetween) return
    encoder = options.encoder()
    text = encoder.head
    directory.beginPart()
  }
  return {
    push: (partition) =>
      attempting(() => {
        begin()
        if (partition.kind === 'text' && encoder.keepsText) {
          flush()
          directory.write(partition.bytes)
          return
        }
        eachElement(partition, (element) => {
          text += encoder.element(element)
          if (text.length >= BUFFERED) flush()
        })
      }),
    seal: () =>
      attempting(() => {
        begin()
        flush()
        directory.endPart()
      }),
    finish: () =>
      attempting(() => {
        flush()
        directory.commit()
      }),
  }
}

/** Do what may fail, and say in words why it did; what was written of the batch goes away. */
function attempt<T>(call: Call, path: string, directory: BatchDirectory | undefined, action: () => T): T {
  try {
    return action()
  } catch (error) {
    directory?.abandon()
    if (error instanceof StageError) throw error
    throw new StageError(call.label, `cannot write ${path}: ${reasonOf(error)}`, undefined, error)
  }
}

/** Look at the directory, or the nearest one above that is there, and make none: `--explain` only looks too. */
function checkDirectory(call: Call, wanted: string): void {
  let directory = wanted
  while (!existsSync(directory) && dirname(directory) !== directory) directory = dirname(directory)
  let reason = 'is no directory'
  try {
    if (statSync(directory).isDirectory()) {
      accessSync(directory, constants.W_OK | constants.X_OK)
      return
    }
  } catch (error) {
    reason = reasonOf(error)
  }
  throw new StageError(call.label, `cannot write to ${directory}: ${reason}`)
}
