/** What stages keep from batch to batch is written down and read back: a run that goes on behind it gives the same. */
import tap from 'tap'
import { operators } from '../src/engine/operators/registry.ts'
import { Flow } from './support/flow.ts'
import { holds } from './support/keeps.ts'

const EXAMPLES = operators.flatMap(({ name, kind, examples }) =>
  examples.map(({ chain, in: input, with: other = [] }) => ({
    name,
    kind,
    subject: { chain, pools: [input.flat(), other.flat()] },
  })),
)

tap.test('F1 F2 every operator goes on from what it has written down', (t) => {
  for (const { name } of operators.filter(({ internal }) => internal !== true)) {
    t.test(`F1 F2 ${name} goes on from what it kept, written at once or as changes`, async (t) => {
      for (const { subject, kind } of EXAMPLES.filter((example) => example.name === name)) {
        const { keepers } = await Flow.of(subject.chain, false)
        if (kind === 'stateful') t.ok(keepers.length > 0, `${subject.chain} keeps something`)
        await holds(subject, 15)
        t.pass(subject.chain)
      }
    })
  }
  t.end()
})
