/** Hostile words: whatever stands on the command line is an error with a place, or a pipeline (issue-6, line 6). */
import fc from 'fast-check'
import tap from 'tap'
import { contextOptions } from '../src/cli/context-options.ts'
import { parseChain } from '../src/cli/grammar.ts'
import { buildPipeline } from '../src/cli/pipeline.ts'
import { WordError } from '../src/cli/usage.ts'
import { UsageError } from '../src/engine/plan/errors.ts'
import { records } from '../src/engine/registry.ts'

const RUNS = Number(process.env.FUZZ_RUNS ?? 2000)
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31)

tap.test('issue-6.6 random words are an error of usage or a pipeline, never a crash', async (t) => {
  const names = records.map(({ name }) => name)
  const flags = records.flatMap((record) => record.flags.map(({ name }) => `--${name}`))
  const word = fc.oneof(
    fc.constantFrom(...names),
    fc.constantFrom(
      ...flags,
      '-i',
      '-n',
      '-m',
      '--on-error',
      '--conf',
      '--interval',
      '--',
      '-',
      '--=',
      '[',
      ']',
      '@x',
    ),
    fc.constantFrom(
      '1s',
      '5m',
      '-1',
      '0',
      '1e999',
      'NaN',
      'field:',
      'split:',
      'x => x',
      '=>',
      '(',
      './none.js#x',
      '__proto__',
      'constructor',
      'toString',
    ),
    fc.string({ maxLength: 6 }),
    fc.string({ unit: 'binary', maxLength: 4 }),
  )
  const counts = { cases: 0, pipelines: 0 }
  await fc.assert(
    fc.asyncProperty(fc.array(word, { maxLength: 8 }), async (words) => {
      counts.cases += 1
      try {
        const line = await parseChain(words)
        await contextOptions(line.context)
        await buildPipeline(line.chain, { output: 'emit' })
        counts.pipelines += 1
      } catch (error) {
        if (!(error instanceof WordError || error instanceof UsageError)) throw error
      }
    }),
    { numRuns: RUNS, seed: SEED },
  )
  t.ok(counts.pipelines > 0, 'some are pipelines')
  t.comment(`seed ${SEED}: ${counts.cases} lines of words, ${counts.pipelines} of them pipelines`)
})
