import { defineSource } from './record.ts'

/** What stands in a plan for a source of a recording, which drives the run itself. Not a command. */
export const recordedSource = defineSource({
  name: 'recorded',
  internal: true,
  summary: 'Give what a source of a recording gave.',
  elements: 'values',
  elementsWith: ({ lines }) => (lines === true ? 'lines' : 'values'),
  arguments: [],
  flags: [{ name: 'lines', type: 'boolean', summary: 'the source gave lines of text' }],
  pull: () => ({ finished: true, blocks: () => [] }),
})
