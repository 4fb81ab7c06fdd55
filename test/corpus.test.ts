/** The corpus of hostile bytes, and changed entries of it: as many in every run, `npm run test:fuzz` for longer (issue-6, line 6). */
import tap from 'tap'
import { execute, randomOf } from './fuzz/target.ts'
import { corpusOf, fuzz, TARGETS } from './fuzz/targets.ts'

const SEED = Number(process.env.SEED ?? Date.now() % 2 ** 31)

for (const target of TARGETS) {
  tap.test(`I6.6 hostile bytes: ${target.name}`, async (t) => {
    const corpus = corpusOf(target)
    t.ok(corpus.size > 0, 'there is a corpus')
    for (const [name, bytes] of corpus) await t.resolves(execute(target, bytes), name)
    const seeds = await target.seeds()
    for (const bytes of seeds) await execute(target, bytes)
    const entries = [...corpus.values(), ...seeds]
    const { executions, finding } = await fuzz(target, entries, randomOf(SEED), (done) => done < target.runs)
    t.equal(
      finding?.error,
      undefined,
      `seed ${SEED}: ${Buffer.from(finding?.bytes ?? []).toString('base64')}`,
    )
    t.equal(executions, target.runs)
  })
}
