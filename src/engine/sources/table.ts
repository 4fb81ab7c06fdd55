import { createReadStream, statSync } from 'node:fs'
import split from 'split2'
import { pairOf } from '../batch/pair.ts'
import type { Partition } from '../batch/partition.ts'
import { SourceError } from '../plan/errors.ts'
import { reasonOf } from './reading/errors.ts'
import { defineSource } from './record.ts'

/** A file as the static side of a join, `@FILE`. Not a command. Every batch holds the whole file, as pairs. */
export const tableSource = defineSource({
  name: 'table',
  internal: true,
  summary: 'Give all lines of a file at every batch, as pairs, read anew when the file changes.',
  arguments: [{ name: 'file', type: 'string', required: true, summary: 'lines of key<TAB>value' }],
  flags: [],
  elements: 'values',
  pull: (call, context) => {
    const path = call.string('file')
    let partition: Partition = { kind: 'rows', rows: [] }
    let version = ''
    return {
      // It never ends a pipeline and never keeps one alive.
      finished: true,
      // A batch is run again with the file as it is then.
      position: () => null,
      again(_position, time) {
        return this.blocks(time)
      },
      blocks: async function* () {
        try {
          const { mtimeMs, size, ino } = statSync(path)
          const found = `${mtimeMs} ${size} ${ino}`
          if (found !== version) {
            const rows: unknown[] = []
            for await (const line of createReadStream(path).pipe(split())) rows.push(pairOf(line, true))
            partition = { kind: 'rows', rows }
            version = found
          }
        } catch (error) {
          if (version === '') throw new SourceError(`cannot read ${path}: ${reasonOf(error)}`)
          context.report(`cannot read ${path} (${reasonOf(error)}); joining with what it held before`)
        }
        yield partition
      },
    }
  },
})
