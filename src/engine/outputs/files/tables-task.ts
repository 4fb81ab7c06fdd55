import { eachElement } from '../../batch/lines.ts'
import type { OutputTask } from '../record.ts'
import { type Rows, rowsOf } from '../sinks/rows.ts'
import type { BatchDirectory } from './batch-directory.ts'
import type { Attempting } from './files-writer.ts'
import type { TableWriter } from './table-format.ts'

/**
 * The task of a batch whose files hold columns: a part per partition with elements, all with the same columns. A batch
 * without elements has no part, for nothing says which columns it would have.
 */
export function tablesTask(
  directory: BatchDirectory,
  tables: TableWriter,
  attempting: Attempting,
  commit: () => void | Promise<void>,
): OutputTask {
  const elements: unknown[] = []
  const ends: number[] = []
  const finish = async (): Promise<void> => {
    const rows = rowsOf(elements, [], [])
    let from = 0
    for (const until of [...ends, elements.length]) {
      if (until > from) await tables.write(directory.nextPart(), part(rows, from, until))
      from = until
    }
    await commit()
  }
  return {
    push: (partition) => eachElement(partition, (element) => elements.push(element)),
    seal: () => ends.push(elements.length),
    finish: () => attempting(finish),
  }
}

function part({ columns, values, elements }: Rows, from: number, until: number): Rows {
  return { columns, values: values.slice(from, until), elements: elements.slice(from, until) }
}
