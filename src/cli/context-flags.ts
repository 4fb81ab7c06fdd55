import type { FlagRecord } from '../engine/plan/record.ts'

/** Flags of the context: accepted before the first stage and on any. */
export const CONTEXT_FLAGS: readonly FlagRecord[] = [
  { name: 'interval', char: 'i', type: 'duration', default: '1s', summary: 'time from batch to batch' },
  { name: 'batches', char: 'n', type: 'integer', summary: 'stop after so many batches' },
  { name: 'batch-lines', type: 'integer', summary: 'a batch is N lines instead of an interval' },
  { name: 'timeout', type: 'duration', summary: 'stop after this time' },
  {
    name: 'master',
    char: 'm',
    type: 'string',
    default: 'local[*]',
    summary: 'local[N] runs on up to N threads, local[*] on as many as there are processors',
  },
  { name: 'name', type: 'string', summary: 'name of the pipeline' },
  { name: 'max-rate', type: 'integer', summary: 'read at most so many lines a second per source' },
  { name: 'max-line', type: 'bytes', default: '16MiB', summary: 'longest line that is accepted' },
  { name: 'conf', type: 'string', multiple: true, summary: "a key of Spark's configuration, key=value" },
  { name: 'checkpoint', type: 'string', summary: 'directory for recovery (not built yet: refused)' },
  { name: 'ui', type: 'string', summary: 'port of the streaming page (not built yet: refused)' },
  { name: 'explain', type: 'boolean', summary: 'show the plan and do not run' },
  { name: 'stats', type: 'boolean', summary: 'at the end, say what was processed and the memory used' },
  { name: 'quiet', char: 'q', type: 'boolean', summary: 'say nothing on stderr but errors' },
  { name: 'debug', type: 'boolean', summary: 'show stacks of errors' },
]
