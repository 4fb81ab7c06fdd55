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
  {
    name: 'on-error',
    type: 'string',
    default: 'fail',
    summary: 'when a function fails for an element: fail, skip it, or skip and add it to a FILE',
  },
  { name: 'events', type: 'string', summary: 'write what happens to a file, a line of JSON per event' },
  { name: 'record', type: 'string', summary: 'keep what the sources deliver in a file, for dstream replay' },
  {
    name: 'checkpoint',
    type: 'string',
    summary: 'a directory that makes the pipeline recoverable: run the same line again, and it goes on',
  },
  {
    name: 'checkpoint-interval',
    type: 'duration',
    default: '10s',
    summary: 'least time between two snapshots of what stages keep',
  },
  {
    name: 'create-on-error',
    type: 'boolean',
    summary: 'begin anew where nothing in the directory of the checkpoint can be read',
  },
  {
    name: 'yes',
    type: 'boolean',
    summary: 'go on with the checkpoint of another pipeline, whose states that fit no stage are dropped',
  },
  {
    name: 'ui',
    type: 'string',
    implied: '4040',
    summary: 'show how the pipeline is doing on a page, at port 4040 or the next that is free',
  },
  {
    name: 'ui-host',
    type: 'string',
    summary:
      'address of the page; other than 127.0.0.1, it wants the token of DSTREAM_UI_TOKEN, or one that is made',
  },
  { name: 'explain', type: 'boolean', summary: 'show the plan and do not run' },
  { name: 'stats', type: 'boolean', summary: 'at the end, say what was processed and the memory used' },
  { name: 'quiet', char: 'q', type: 'boolean', summary: 'say nothing on stderr but errors' },
  { name: 'debug', type: 'boolean', summary: 'show stacks of errors' },
]
