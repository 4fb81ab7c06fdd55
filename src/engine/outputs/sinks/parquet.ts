import { mkdir, open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { SourceError } from '../../plan/errors.ts'
import { pathOf } from './address.ts'
import { connect, Stage } from './duckdb/stage.ts'
import { BATCH_TIME } from './rows.ts'
import type { OpenSink } from './sink.ts'

/**
 * `parquet:FOLDER`: a file of Parquet per batch with elements. It is renamed into place whole; its name is that of the
 * output and the time, so that a batch that runs again writes the same file.
 */
export const openParquet: OpenSink = async ({ url, shown, identity }) => {
  const folder = pathOf(url)
  if (folder === '') throw new SourceError(`${shown} names no folder`, 'Write it as parquet:results')
  await mkdir(folder, { recursive: true })
  const connection = await connect(':memory:')
  const stage = new Stage(connection)
  const prefix = identity.replaceAll(/[^\w-]/g, '-')
  return {
    write: async (time, rows) => {
      if (rows.values.length === 0) return
      const table = await stage.fill(rows)
      const name = `${prefix}-${time}.parquet`
      const unfinished = join(folder, `.${name}`)
      const when = new Date(time).toISOString()
      await connection.run(
        `copy (select *, '${when}'::timestamptz as ${BATCH_TIME} from ${table}) to '${unfinished.replaceAll("'", "''")}' (format parquet, compression zstd)`,
      )
      await synced(unfinished)
      await rename(unfinished, join(folder, name))
      await synced(folder)
    },
    close: async () => connection.closeSync(),
  }
}

async function synced(path: string): Promise<void> {
  const file = await open(path)
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}
