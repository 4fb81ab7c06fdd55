/** What was not written by the same kind of stage is refused; what would not come back is refused before; changes are small. */
import { deserialize, serialize } from 'node:v8'
import tap from 'tap'
import { StageError } from '../src/engine/plan/errors.ts'
import { StateTable } from '../src/engine/state/state-table.ts'
import { bytesOf, Flow, type Written } from './support/flow.ts'
import { goOn } from './support/keeps.ts'

const PAIRS = [[[['a', 1]]], [[['b', 2]]], [[['a', 3]]], [[['c', 4]]]]
const EVENTS = [
  [[{ ts: 1, k: 'a', v: 1 }]],
  [[{ ts: 2, k: 'b', v: 2 }]],
  [[{ ts: 9, k: 'a', v: 4 }]],
  [[{ ts: 14, k: 'a', v: 8 }]],
]

/** Every kind of stage that keeps something, by a chain of its own. */
const CHAINS: readonly (readonly [chain: string, batches: readonly (readonly (readonly unknown[])[])[]])[] = [
  ['window 3s', PAIRS],
  ['reduce-by-key-and-window sum 3s', PAIRS],
  ['reduce-by-key-and-window max 3s', PAIRS],
  ['reduce-by-key-and-window list 3s', PAIRS],
  ['reduce-by-key-and-window sum 2s 2s', PAIRS],
  ["reduce-by-key-and-window '(a, b) => a + b' 3s --inverse '(a, b) => a - b'", PAIRS],
  ['rates 2s', PAIRS],
  ['map-with-state', PAIRS],
  ['map-with-state --timeout 2s', PAIRS],
  ['update-state-by-key sum', PAIRS],
  ['dedup', PAIRS],
  ['dedup --within 2s', PAIRS],
  ['join-within 2s [ with ]', PAIRS],
  ['slice 2s 3s', PAIRS],
  ['sample 0.5', PAIRS],
  ['take 2 --total', PAIRS],
  ['tap', PAIRS],
  ['event-time ts --unit s map pair:k,v tumbling-window 5s', EVENTS],
  ['event-time ts --unit s map pair:k,v session-window 3s', EVENTS],
  ['event-time ts --unit s dedup k --within 5s', EVENTS],
]

/** Return a saved value with each of its parts in turn replaced by one of another type, and what it was. */
function* damaged(saved: unknown): Generator<readonly [value: unknown, path: string]> {
  yield* damagedAt(saved, '')
}

function* damagedAt(part: unknown, path: string): Generator<readonly [value: unknown, path: string]> {
  yield [typeof part === 'string' ? 7 : 'damaged', path]
  if (Array.isArray(part)) {
    if (part.length > 0) yield [part.slice(1), `${path}, shorter`]
    for (const [index, item] of part.entries())
      for (const [value, where] of damagedAt(item, `${path}[${index}]`))
        yield [part.with(index, value), where]
  } else if (ArrayBuffer.isView(part)) {
    const bytes = part as Int32Array
    if (bytes.length > 0) yield [bytes.slice(1), `${path}, shorter`]
    if (bytes.length > 0) yield [bytes.map(() => 1_000_000), `${path}, larger`]
  } else if (typeof part === 'object' && part !== null) {
    for (const [name, item] of Object.entries(part)) {
      const { [name as never]: _, ...others } = part
      yield [others, `${path} without ${name}`]
      for (const [value, where] of damagedAt(item, `${path}.${name}`))
        yield [{ ...part, [name]: value }, where]
    }
  }
}

/** Places where any value is one of the user's, or where less is as good: only a checksum can tell what it was. */
const OF_THE_USER =
  /\.(rows|keys|values|combiners|others|free|states|bytes|batch|time|times|first|start)\b|\.(data|history|arrived|join\[\d\]|panes), shorter$/

for (const [chain, batches] of CHAINS) {
  tap.test(`F1 damaged or foreign data is refused by name and not half taken: ${chain}`, async (t) => {
    const flow = await Flow.of(chain, false)
    for (const [index, inputs] of batches.slice(0, 2).entries()) await flow.run(index + 1, inputs)
    const expected = await goOn(await Flow.of(chain, false), batches)
    const [keeper] = flow.keepers
    const saved: unknown = deserialize(serialize(keeper?.keeps.save()))
    const { of, version, data } = saved as Record<string, unknown>
    const foreign: (readonly [unknown, string])[] = [
      [undefined, 'nothing'],
      [data, 'without marks'],
      [{ of, version: Number(version) + 1, data }, 'another version'],
      [{ of: 'another', version, data }, 'another kind'],
      [{ of, version, data: [1, 'x', null] }, 'a list'],
      [{ of, version, data: {} }, 'an empty record'],
    ]
    for (const [value, what] of [...foreign, ...damaged(saved)]) {
      const other = await Flow.of(chain, false)
      let refused: unknown
      try {
        other.keepers[0]?.keeps.restore(value)
      } catch (error) {
        refused = error
      }
      if (refused === undefined) {
        if (!OF_THE_USER.test(what)) t.fail(`${what} was taken`)
        continue
      }
      t.ok(refused instanceof StageError && refused.stage === keeper?.label, `${what}: ${String(refused)}`)
      t.match(String(refused), /what was saved does not fit/, what)
      t.strictSame(await goOn(other, batches), expected, `${what}: as if nothing had been given`)
    }
    for (const { keeps } of flow.keepers) t.doesNotThrow(() => keeps.changes?.())
  })
}

tap.test(
  'F1 a window that is fused with what follows bears the words of both, and refuses another length',
  async (t) => {
    const flow = await Flow.of('window 3s map upper count-by-value', false)
    t.strictSame(
      flow.keepers.map(({ label }) => label),
      ['window 3s count-by-value'],
    )
    await flow.run(1, [['a']])
    const other = await Flow.of('window 4s map upper count-by-value', false)
    t.throws(() => other.read(flow.write()), {
      stage: 'window 4s count-by-value',
      message: /window of 4000 ms/,
    })
    const deferred = await Flow.of('window 3s sort-by', false)
    t.strictSame(
      deferred.keepers.map(({ label, index }) => [label, index]),
      [['window 3s', 1]],
    )
  },
)

tap.test('F1 a state that would lose its class is refused at the first save, with what to do', async (t) => {
  const make = (state: string): Promise<Flow> =>
    Flow.of(`map-with-state '(key, value, state) => { state.update(${state}); return key }'`, false)
  for (const [state, message] of [
    [
      'new (class Meter { n = 1 })()',
      /an instance of Meter would come back without its methods: keep plain data/,
    ],
    ['[{ deep: new Map([[1, new (class Meter {})()]]) }]', /an instance of Meter/],
    ['new (class Many extends Map {})()', /an instance of Many/],
    ['{ call: () => 1 }', /a function cannot be written down/],
    ['Symbol.iterator', /a symbol cannot be written down/],
    ['new WeakMap()', /an instance of WeakMap cannot be written down/],
    ['Promise.resolve(1)', /an instance of Promise cannot be written down/],
  ] as const) {
    const flow = await make(state)
    await flow.run(1, [['a']])
    const error = t.throws(() => flow.write(), { name: 'StageError', message })
    t.match((error as unknown as StageError).stage, /^map-with-state/)
  }
  const cyclic =
    '(() => { const a = { list: [] }; for (let n = 0; n < 99; n++) a.list.push(a, [a]); return a })()'
  const plain = [
    'Object.create(null)',
    'new Date(5)',
    'new Uint8Array(3)',
    '/x/g',
    '10n',
    'new TypeError("x")',
    cyclic,
  ]
  for (const state of [...plain, 'Buffer.from("x")', 'new Set([[1]])', 'undefined', 'NaN', '-0']) {
    const flow = await make(state)
    await flow.run(1, [['a']])
    const other = await make(state)
    other.read(flow.write())
    t.pass(state)
  }
  const window = await Flow.of(`map '() => new (class Meter {})()' window 2s`, false)
  await window.run(1, [['a']])
  t.throws(() => window.write(), { name: 'StageError', message: /Meter/ })
})

tap.test(
  'F2 changes of a state are as large as what was touched, those of a window as what came',
  async (t) => {
    const key = (number: number): string => `key-${number}`
    const many = Array.from({ length: 20_000 }, (_, number) => [key(number), number + 0.5])
    const few = Array.from({ length: 200 }, (_, number) => [key(number * 97), 1])
    for (const chain of [
      'map-with-state',
      'map-with-state --timeout 1h',
      'update-state-by-key sum',
      "update-state-by-key '(values, state = 0) => state + values.length'",
      'dedup key --within 1h',
    ]) {
      const flow = await Flow.of(chain, false)
      await flow.run(1, [many])
      const whole = flow.write()
      t.ok(bytesOf(whole) < 20_000 * 45, `${chain}: ${bytesOf(whole)} bytes of 20,000 keys`)
      await flow.run(2, [chain.startsWith('dedup') ? few.map(([name]) => [`${String(name)}!`, 1]) : few])
      const share = bytesOf(flow.write(whole)) / bytesOf(whole)
      t.ok(share < 0.015, `${chain}: 1 % touched is ${share} of all`)
    }
    // Anew each time: what is there twice is written once.
    const some = (): unknown[] => many.slice(0, 500).map((pair) => [...pair])
    for (const chain of ['window 1m', 'reduce-by-key-and-window max 1m']) {
      const flow = await Flow.of(chain, false)
      for (let number = 1; number <= 20; number++) await flow.run(number, [some()])
      const whole: Written = flow.write()
      await flow.run(21, [some()])
      const share = bytesOf(flow.write(whole)) / bytesOf(whole)
      t.ok(share < 0.06, `${chain}: one batch of 20 is ${share} of all`)
    }
  },
)

tap.test('F2 a table of states comes back with its slots, order and removed keys, by any changes', (t) => {
  const random = (() => {
    let state = 1
    return (below: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return Math.floor((state / 2 ** 32) * below)
    }
  })()
  for (const timed of [false, true]) {
    const table = new StateTable({ timed })
    const parts: Buffer[] = []
    for (let time = 1; time <= 120; time++) {
      for (let step = 0; step < 300; step++) {
        const number = random(2000)
        const name =
          number % 5 === 0 ? [number] : number % 3 === 0 ? number : `é${number}`.repeat(number % 30)
        const found = table.find(name)
        if (found >= 0 && random(3) === 0) table.remove(found)
        else {
          const address = found < 0 ? table.add(name, time) : found
          table.set(address, random(4) === 0 ? { time } : time / 3)
          table.touch(address, time)
        }
      }
      parts.push(serialize(time === 1 ? table.save() : table.changes()))
    }
    const other = new StateTable({ timed })
    for (const part of parts) other.apply(deserialize(part))
    const contents = (of: StateTable): unknown[] =>
      [...of.addresses()].map((address) => [of.key(address), of.get(address), timed ? of.time(address) : 0])
    t.strictSame(contents(other), contents(table))
    for (let index = 0; index < 50; index++) for (const one of [table, other]) one.add(`new ${index}`, index)
    t.strictSame(contents(other), contents(table), 'new keys take the same slots')
    const drained = (of: StateTable): unknown[] => {
      const keys: unknown[] = []
      for (let at = of.oldest(); at >= 0; at = of.oldest()) {
        keys.push(of.key(at))
        of.remove(at)
      }
      return keys
    }
    t.strictSame(drained(other), drained(table), 'in the order in which they were touched')
  }
  t.end()
})
