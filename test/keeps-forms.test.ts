/** What stages keep comes back in every form that they have: windows by each kind of function, states, event times. */
import tap from 'tap'
import { Flow } from './support/flow.ts'
import { holds, type Subject } from './support/keeps.ts'

const WORDS = ['a', 'b', 'c', 'dd', '']
const NUMBERS = ['a', 'b', 'c'].flatMap((key) => [1, 2, 0.1, -7].map((value) => [key, value]))
const EVENTS = ['a', 'b'].flatMap((k) => [1, 2, 3, 5, 9, 14, 20, 30].map((ts) => ({ ts, k, v: ts / 3 })))
const RICH = [
  ['a', 1],
  [['x', 1], 2],
  [{ y: 2, z: [1] }, 3],
  ['é\u{1F600}', 4],
  [7.5, 5],
  [null, 6],
]

/** Every form of every stage that examples do not reach. */
const MORE: readonly Subject[] = [
  ...['sum', 'count', 'min', 'max', 'first', 'last', 'mean', 'list', 'percentile:90'].flatMap((name) => [
    { chain: `reduce-by-key-and-window ${name} 4s`, pools: [NUMBERS] },
    { chain: `reduce-by-key-and-window ${name} 5s 2s`, pools: [NUMBERS] },
    { chain: `reduce-by-key-and-window ${name} 2s 2s`, pools: [NUMBERS] },
    { chain: `window 3s reduce-by-key ${name}`, pools: [NUMBERS] },
    { chain: `map-with-state ${name}`, pools: [NUMBERS] },
    { chain: `update-state-by-key ${name}`, pools: [NUMBERS] },
  ]),
  ...['approx-distinct', 'approx-top:2', 'concat:-'].map((name) => ({
    chain: `map pair:0,1 reduce-by-key-and-window ${name} 3s`,
    pools: [WORDS.map((word) => [word, word])],
  })),
  ...['4s', '5s 2s', '2s 3s'].flatMap((sizes) => [
    {
      chain: `reduce-by-key-and-window '(a, b) => a + b' ${sizes} --inverse '(all, gone) => all - gone'`,
      pools: [NUMBERS],
    },
    { chain: `window ${sizes} sort-by`, pools: [WORDS] },
    { chain: `window ${sizes} map upper count-by-value`, pools: [WORDS] },
    { chain: `group-by-key-and-window ${sizes}`, pools: [RICH] },
    { chain: `window ${sizes}`, pools: [RICH] },
  ]),
  {
    chain:
      "reduce-by-key-and-window '(a, b) => a + b' 3s --inverse '(all, gone) => all - gone' --filter 'pair => pair[1] !== 0'",
    pools: [['a', 'b', 'c'].map((key) => [key, 1])],
  },
  { chain: 'window 2s window 4s 2s reduce-by-key sum', pools: [NUMBERS] },
  { chain: 'map-with-state --timeout 2s', pools: [RICH] },
  {
    chain: `map-with-state --timeout 2s '(key, value, state) => {
      if (state.isTimingOut()) return [key, "gone"];
      const seen = state.getOption() ?? { all: new Map(), at: new Date(7), big: 2n, set: new Set() };
      if (value === 3) { state.remove(); return [key, "removed"] }
      seen.all.set(value, (seen.all.get(value) ?? 0) + 1); seen.set.add(value); seen.big *= 3n;
      if (!state.exists()) state.update(seen);
      return [key, [...seen.all], seen.at, seen.big, [...seen.set]] }'`,
    pools: [RICH],
  },
  {
    chain: `update-state-by-key '(values, state = { n: 0, idle: 0 }) => {
      state.n += values.length; state.idle = values.length > 0 ? 0 : state.idle + 1;
      return state.idle > 2 ? undefined : state }'`,
    pools: [RICH],
  },
  { chain: "update-state-by-key '(values, s = 0) => s + values.length || null'", pools: [RICH] },
  { chain: 'map-with-state sum state-snapshots', pools: [NUMBERS] },
  { chain: 'rates 3s', pools: [RICH] },
  { chain: 'sample 0.5 --seed 7', pools: [WORDS] },
  { chain: 'sample 0.5 window 3s count-by-value', pools: [WORDS] },
  { chain: 'take 7 --total', pools: [WORDS] },
  { chain: 'tap --limit 5', pools: [WORDS] },
  { chain: 'slice 2s 5s', pools: [WORDS] },
  { chain: 'dedup', pools: [RICH] },
  { chain: 'dedup --within 3s', pools: [RICH] },
  ...['--lateness 4s', '--idle 2s'].flatMap((flags) => [
    { chain: `event-time ts --unit s ${flags} dedup k --within 6s`, pools: [EVENTS] },
    ...[
      'tumbling-window 5s',
      'sliding-window 9s 3s mean',
      'session-window 4s list',
      'session-window 3s sum --all',
    ].map((window) => ({
      chain: `event-time ts --unit s ${flags} map ${window.endsWith('all') ? 'field:v' : 'pair:k,v'} ${window}`,
      pools: [EVENTS],
    })),
  ]),
  { chain: 'join-within 2s [ with ]', pools: [NUMBERS, RICH] },
  {
    chain:
      'event-time ts --unit s --lateness 5s map pair:k,v join-within 3s [ with event-time ts --unit s --idle 2s map pair:k,v ]',
    pools: [EVENTS, EVENTS],
  },
  { chain: "sql 'SELECT * FROM batch ORDER BY 1'", pools: [[{ a: 1 }, { b: 'x', a: 2 }, { c: 3 }]] },
]

for (const subject of MORE) {
  tap.test(`F1 F2 goes on from what it kept: ${subject.chain.slice(0, 90)}`, async (t) => {
    t.ok((await Flow.of(subject.chain, false)).keepers.length > 0, 'it keeps something')
    await holds(subject, 25)
  })
}

tap.test('F1 a window that every key has left comes back twice', async (t) => {
  const chain = 'window 2s reduce-by-key sum'
  let flow = await Flow.of(chain, false)
  for (const [index, batch] of [['a'], [], [], [], [], ['b', 'a'], ['b']].entries()) {
    const { elements } = await flow.run(index + 1, [batch])
    if (index === 6)
      t.strictSame(elements, [
        ['b', 2],
        ['a', 1],
      ])
    const written = flow.write()
    flow = await Flow.of(chain, false)
    flow.read(written)
  }
})
