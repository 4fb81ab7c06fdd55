import { defineOutput } from './record.ts'

/**
 * `tee [ BRANCH ]`. No row of Spark, where a program names the stream and uses it twice. The command line puts the stages of
 * the branch behind the stream that comes in, so that nothing of this is left in the plan.
 */
export const tee = defineOutput({
  name: 'tee',
  method: false,
  summary: 'Give the stream to a branch of operators and outputs too, and go on with it unchanged.',
  description:
    'The branch stands in brackets that are words of their own, begins with an operator or an output, and ends with an ' +
    'output. What stands behind the brackets has the stream as it came in. Brackets may hold brackets.',
  arguments: [
    { name: 'branch', type: 'branch', required: true, summary: 'operators and outputs, in brackets' },
  ],
  flags: [],
  open: (call) => {
    throw call.refuse('tee stands in a command line only')
  },
})
