import { runBytes } from '../support/run-bytes.ts'
import { expectClear, type Target } from './target.ts'

const STREAM = '#dstream batches 1 1000\n#begin 1000\n"a"\n["k",1]\n#end 1000\n#begin 2000\n#end 2000\n'

/** A stream of batches: it is followed, or refused with its line. */
export const batchesTarget: Target = {
  name: 'batches',
  corpus: 'batches',
  runs: 100,
  words: [
    '#begin 3000\n',
    '#end 3000\n',
    '#begin ',
    '#end ',
    '99999999999999999999',
    '-1',
    '1e-300',
    'NaN',
    '{}\n',
    STREAM,
  ],
  seeds: async () => [Buffer.from(STREAM), Buffer.from(`${STREAM}#begin 3000\n{"a":[1,null]}\n`)],
  run: async (bytes) => {
    for (const chain of [
      ['emit', '--format', 'batches'],
      ['window', '3s', 'count', 'emit'],
    ]) {
      const { failure } = await runBytes(chain, bytes, undefined, false)
      const [name = '', ...rest] = failure.split(': ')
      if (failure !== '') expectClear(name, rest.join(': '))
    }
  },
}
