import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { eachElement } from '../../batch/lines.ts'
import { StageError } from '../../plan/errors.ts'
import type { Call } from '../../plan/record.ts'
import { reasonOf } from '../../sources/reading/errors.ts'
import type { Encoder } from '../formats/encoder.ts'
import type { OutputPort, OutputTask, OutputWriter } from '../record.ts'
import { BatchDirectory } from './batch-directory.ts'
import { type Compression, ENDINGS, loadPack, type Pack, whyNotPacked } from './compression.ts'
import { openTableWriter, type TableFormat, type TableWriter } from './table-format.ts'
import { tablesTask } from './tables-task.ts'
import { Uploads } from './uploads.ts'

/** Characters gathered before they are written; more of them are packed better. */
const BUFFERED = 1 << 16
const BUFFERED_PACKED = 1 << 20

/** How a batch becomes files. */
export interface FilesOptions {
  /** Makes the encoder of each file; or the format of files that are written as a whole. */
  readonly encoder: (() => Encoder) | TableFormat
  readonly compression?: Compression | undefined
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
export function filesWriter(call: Call, options: FilesOptions, port?: OutputPort): OutputWriter {
  const { encoder, compression, partPrefix = 'part-' } = options
  const prefix = call.string('prefix')
  const suffix = call.value('suffix') as string | undefined
  const reason = encoder === 'parquet' ? undefined : whyNotPacked(compression)
  if (reason !== undefined) throw call.refuse(reason, 'Use --compress gzip.')
  if (encoder === 'arrow' && compression !== undefined)
    throw call.refuse('files of arrow are not packed: leave --compress out, or write --format parquet')
  const uploads = port === undefined ? undefined : Uploads.of(call, prefix, port)
  if (uploads === undefined) {
    if (/^[a-z][a-z\d+.-]*:\/\//i.test(prefix))
      throw call.refuse(`${prefix} is no path: files are written to directories of this machine`)
    checkDirectory(call, dirname(batchPath(prefix, suffix, 0)))
  }
  const ending =
    typeof encoder === 'string' ? `.${encoder}` : compression === undefined ? '' : ENDINGS[compression]
  let open: BatchDirectory | undefined
  let tables: TableWriter | undefined
  let pack: Pack | undefined
  const load = async (): Promise<void> => {
    if (typeof encoder === 'string') tables = await openTableWriter(encoder, compression)
    else if (compression !== undefined) pack = await loadPack(compression)
  }
  const loading = typeof encoder === 'string' || compression !== undefined ? load() : undefined
  // Seen by whoever awaits it; a plan that is only explained has nobody who does.
  loading?.catch(() => {})
  return {
    ...(loading === undefined ? {} : { ready: loading }),
    batch: (time) => {
      const path = batchPath(prefix, suffix, time)
      const directory = attempt(call, path, undefined, () => {
        return new BatchDirectory(uploads?.directory(time) ?? path, { prefix: partPrefix, ending })
      })
      open = directory
      const attempting: Attempting = (action) => attempt(call, path, directory, action)
      const commit = (): void | Promise<void> =>
        uploads === undefined ? directory.commit() : uploads.commit(path, directory)
      if (tables !== undefined) return tablesTask(directory, tables, attempting, commit)
      return textTask(directory, encoder as () => Encoder, pack, attempting, commit)
    },
    close: () => {
      open?.abandon()
      tables?.close()
      uploads?.close()
    },
  }
}

/** Does what may fail, and says in words why it did. */
export type Attempting = <T>(action: () => T) => T

function textTask(
  directory: BatchDirectory,
  newEncoder: () => Encoder,
  pack: Pack | undefined,
  attempting: Attempting,
  commit: () => void | Promise<void>,
): OutputTask {
  const most = pack === undefined ? BUFFERED : BUFFERED_PACKED
  let encoder: Encoder
  let text = ''
  let isEmpty = true
  const write = (bytes: Uint8Array): void => directory.write(pack === undefined ? bytes : pack(bytes))
  const flush = (): void => {
    if (text !== '') write(Buffer.from(text))
    text = ''
  }
  const begin = (): void => {
    if (!directory.isBetween) return
    encoder = newEncoder()
    text = encoder.head
    isEmpty = false
    directory.beginPart()
  }
  return {
    push: (partition) =>
      attempting(() => {
        begin()
        if (partition.kind === 'text' && encoder.keepsText) {
          flush()
          write(partition.bytes)
          return
        }
        eachElement(partition, (element) => {
          text += encoder.element(element)
          if (text.length >= most) flush()
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
        // A batch without elements has one empty part.
        if (isEmpty) begin()
        flush()
        return commit()
      }),
  }
}

/** Do what may fail, and say in words why it did; what was written of the batch goes away. */
function attempt<T>(call: Call, path: string, directory: BatchDirectory | undefined, action: () => T): T {
  const fail = (error: unknown): never => {
    directory?.abandon()
    if (error instanceof StageError) throw error
    throw new StageError(call.label, `cannot write ${path}: ${reasonOf(error)}`, undefined, error)
  }
  try {
    const result = action()
    return result instanceof Promise ? (result.catch(fail) as T) : result
  } catch (error) {
    return fail(error)
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
