import type { FlagRecord } from '../../engine/plan/record.ts'

/** Flags of both commands. */
const SHARED: readonly FlagRecord[] = [{ name: 'debug', type: 'boolean', summary: 'show stacks of errors' }]

/** The flags of `dstream top`. */
export const TOP_FLAGS: readonly FlagRecord[] = [
  {
    name: 'once',
    type: 'boolean',
    summary: 'write one table and end; so it is where standard output is no terminal',
  },
  { name: 'json', type: 'boolean', summary: 'write a line of JSON per pipeline and end' },
  { name: 'every', type: 'duration', default: '1s', summary: 'how often the table is drawn again' },
  ...SHARED,
]

/** The flags of `dstream ask`. */
export const ASK_FLAGS: readonly FlagRecord[] = [
  {
    name: 'stage',
    type: 'string',
    summary: 'which stage is asked, by the beginning of its words; the last where absent',
  },
  {
    name: 'format',
    type: 'string',
    options: ['table', 'json', 'csv', 'tsv'],
    summary: 'how rows are written; a table on a terminal and in a file, else tsv',
  },
  ...SHARED,
]
