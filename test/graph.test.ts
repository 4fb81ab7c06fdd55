/** Graph algorithms on streams of edges: rows G1 to G7 and G9, against GraphX and networkx. */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import tap, { type Test } from 'tap'
import { edgeOf } from '../src/engine/graph/edge.ts'
import { EdgeTable } from '../src/engine/graph/edge-table.ts'
import { pageRank } from '../src/engine/graph/page-rank.ts'
import { collectChain } from './support/collect.ts'
import { dstream } from './support/run.ts'

type Found<V> = Readonly<Record<string, V>>
interface Oracle {
  readonly graphs: readonly {
    readonly name: string
    readonly edges: readonly [number, number][]
    readonly graphx: {
      readonly pageRank: Found<number>
      readonly pageRankOf10: Found<number>
      readonly components: Found<number>
      readonly strongComponents: Found<number>
      readonly triangles: Found<number>
      readonly landmarks: readonly number[]
      readonly shortestPaths: Found<Found<number>>
    }
    readonly networkx: {
      readonly cores: Found<number>
      readonly triangles: Found<number>
      readonly components: Found<number>
      readonly strongComponents: Found<number>
      readonly degrees: Found<number>
    }
  }[]
}

const oracle: Oracle = JSON.parse(readFileSync(new URL('oracles/graph.json', import.meta.url), 'utf8'))

/** What the last batch gives, by vertex. */
async function last<V>(chain: string, batches: readonly (readonly unknown[])[]): Promise<Found<V>> {
  const found = await collectChain(chain, batches)
  return Object.fromEntries(found.at(-1)?.elements as [string, V][])
}

function close(t: Test, found: Found<number>, wanted: Found<number>, tolerance: number, name: string): void {
  t.strictSame(Object.keys(found).sort(), Object.keys(wanted).sort(), `${name}: vertices`)
  const apart = Object.entries(wanted).map(([vertex, value]) =>
    Math.abs((found[vertex] ?? Number.NaN) - value),
  )
  t.ok(Math.max(...apart) <= tolerance, `${name}: apart by ${Math.max(...apart)}`)
}

for (const { name, edges, graphx, networkx } of oracle.graphs)
  tap.test(`G1 G3 G4 G5 G7 G9 I9.5 what GraphX and networkx find: ${name}`, async (t) => {
    // One batch, and the same edges over three: the last one has them all.
    const third = Math.ceil(edges.length / 3)
    const parts = [edges.slice(0, third), edges.slice(third, 2 * third), edges.slice(2 * third)]
    for (const batches of [[edges], parts]) {
      const ask = <V>(chain: string): Promise<Found<V>> => last(chain, batches)
      close(t, await ask('page-rank --tolerance 1e-9'), graphx.pageRank, 1e-6, 'ranks')
      close(t, await ask('page-rank --iterations 10'), graphx.pageRankOf10, 1e-9, 'ranks after 10 steps')
      t.strictSame(await ask('connected-components'), graphx.components, 'components')
      t.strictSame(await ask('connected-components'), networkx.components, 'components')
      t.strictSame(await ask('strongly-connected-components'), graphx.strongComponents, 'strong components')
      t.strictSame(await ask('strongly-connected-components'), networkx.strongComponents, 'strong components')
      t.strictSame(await ask('triangle-count'), networkx.triangles, 'triangles')
      t.strictSame(await ask('triangle-count'), graphx.triangles, 'triangles')
      t.strictSame(await ask(`shortest-paths ${graphx.landmarks}`), graphx.shortestPaths, 'hops')
      t.strictSame(await ask('k-core'), networkx.cores, 'cores')
      t.strictSame(await ask('degrees'), networkx.degrees, 'degrees')
    }
  })

tap.test('G2 personalised ranks come from one vertex, and are 1 together', async (t) => {
  const [followers] = oracle.graphs
  const ranks = await last<number>('page-rank --personalised 7 --tolerance 1e-12', [followers?.edges ?? []])
  t.ok(Math.abs(Object.values(ranks).reduce((sum, rank) => sum + rank, 0) - 1) < 1e-12)
  // From 7 lead ways to 3 and 6, and back; by hand: r7 = 0.15 + 0.85 (r3 + r6 / 2), r3 = 0.85 (r6 + r7) / 2, r6 = 0.85 r7 / 2.
  t.strictSame([ranks[1], ranks[2], ranks[4]], [0, 0, 0])
  const six = 0.425
  const three = 0.425 * (six + 1)
  const total = 1 + six + three
  for (const [vertex, wanted] of [
    ['7', 1 / total],
    ['6', six / total],
    ['3', three / total],
  ] as const)
    t.ok(Math.abs((ranks[vertex] ?? 0) - wanted) < 1e-9, vertex)
  t.strictSame(
    await last('page-rank --personalised x', [['a b']]),
    { a: 0, b: 0 },
    'a vertex that is not there',
  )
})

const edge = fc.tuple(fc.nat({ max: 9 }), fc.nat({ max: 9 }))
const batches = fc.array(fc.array(edge, { maxLength: 8 }), { minLength: 1, maxLength: 6 })

tap.test('G6 labels are those of a plain count of votes', async (t) => {
  await fc.assert(
    fc.asyncProperty(batches, fc.integer({ min: 1, max: 6 }), async (input, steps) => {
      const edges = input.flat()
      const ids = [...new Set(edges.flat())].sort((one, other) => one - other)
      let labels = new Map(ids.map((id) => [id, id]))
      for (let step = 0; step < steps; step++) {
        const next = new Map<number, number>()
        for (const id of ids) {
          const votes = new Map<number, number>()
          const vote = (label: number): void => void votes.set(label, (votes.get(label) ?? 0) + 1)
          for (const [source, target] of edges) {
            if (source === id) vote(labels.get(target) as number)
            if (target === id) vote(labels.get(source) as number)
          }
          const [best] = [...votes].sort(([a, one], [b, other]) => other - one || a - b)
          next.set(id, best?.[0] as number)
        }
        labels = next
      }
      const found = await last(`label-propagation --steps ${steps}`, input)
      t.strictSame(found, Object.fromEntries(labels))
    }),
    { numRuns: 60 },
  )
})

tap.test('I9.4 edges in one batch or in many: the same graph', async (t) => {
  const chains = [
    'connected-components',
    'strongly-connected-components',
    'triangle-count',
    'k-core',
    'degrees',
  ]
  await fc.assert(
    fc.asyncProperty(batches, fc.constantFrom(...chains), async (input, chain) => {
      t.strictSame(await last(chain, input), await last(chain, [input.flat()]))
    }),
    { numRuns: 80 },
  )
})

tap.test('I9.4 ranks from those of the batch before are those from the start, within 1e-6', async (t) => {
  const options = { reset: 0.15, iterations: undefined, tolerance: 1e-8, personalised: undefined }
  fc.assert(
    fc.property(batches, (input) => {
      const table = new EdgeTable()
      let warm = new Float64Array(0)
      for (const part of input) {
        for (const [source, target] of part) table.add({ source, target, weight: 1 }, 0)
        const cold = pageRank(table.graph(), options)
        const found = pageRank(table.graph(), options, warm)
        warm = Float64Array.from(found.unscaled)
        const apart = found.ranks.map((rank, at) => Math.abs(rank - (cold.ranks[at] as number)))
        t.ok(apart.every((distance) => distance < 1e-6))
      }
    }),
    { numRuns: 100 },
  )
})

tap.test(
  'I9.4 --expire forgets edges and the vertices that have none; --batch knows the batch alone',
  async (t) => {
    const input = [['1 2'], ['2 3'], [], ['8 9'], []]
    const shown = async (chain: string): Promise<unknown[]> =>
      (await collectChain(chain, input)).map(({ elements }) => elements)
    const [a, b, c] = [
      [1, 1],
      [2, 1],
      [3, 1],
    ]
    t.strictSame(await shown('connected-components --expire 2s'), [
      [a, b],
      [a, b, c],
      [
        [2, 2],
        [3, 2],
      ],
      [
        [8, 8],
        [9, 8],
      ],
      [
        [8, 8],
        [9, 8],
      ],
    ])
    t.strictSame(await shown('connected-components --batch'), [
      [a, b],
      [
        [2, 2],
        [3, 2],
      ],
      [],
      [
        [8, 8],
        [9, 8],
      ],
      [],
    ])
    t.strictSame((await shown('window 2s connected-components --batch'))[1], [a, b, c])
    t.match(
      (await dstream(['degrees', '--batch', '--expire', '1s'], '')).stderr,
      /--expire is for a graph that is kept/,
    )
  },
)

tap.test('I9.4 I9.5 what an edge is, and what is none', async (t) => {
  t.strictSame(edgeOf('alice  bob\t0.5'), { source: 'alice', target: 'bob', weight: 0.5 })
  t.strictSame(edgeOf('1 007'), { source: 1, target: '007', weight: 1 })
  t.strictSame(edgeOf(['1', 2]), { source: 1, target: 2, weight: 1 })
  t.strictSame(edgeOf({ source: 'a', target: 'b', weight: 2 }), { source: 'a', target: 'b', weight: 2 })
  t.strictSame([edgeOf(''), edgeOf(' # a comment')], [undefined, undefined])
  for (const wrong of ['a', 'a b c d', [1], [1, {}], ['', 'a'], { source: 'a' }, null, 5, [Number.NaN, 1]])
    t.throws(() => edgeOf(wrong), /expected an edge, such as/, JSON.stringify(wrong))
  for (const weight of ['x', 'NaN', 'Infinity'])
    t.throws(() => edgeOf(`a b ${weight}`), /expected a finite number as the weight/)
  const lines = '# who follows whom\n\n1 2\n1\n2 1\n'
  const failed = await dstream(['degrees'], lines)
  t.equal(failed.code, 1)
  t.match(failed.stderr, /expected an edge, such as 'alice bob'[\s\S]*stage: +degrees\n {2}element: "1"/)
  const skipped = await dstream(['--on-error', 'skip', 'degrees', 'emit'], lines)
  t.strictSame([skipped.code, skipped.stdout], [3, '1\t2\n2\t2\n'])
  for (const chain of ['page-rank', 'connected-components', 'triangle-count', 'k-core', 'label-propagation'])
    t.strictSame((await dstream([chain, 'emit'], '\n')).stdout, '', `${chain} without an edge`)
  for (const [chain, reason] of [
    ['page-rank --reset 1', /--reset expects a number between 0 and 1/],
    ['page-rank --tolerance 0', /--tolerance expects a number above 0/],
    ['page-rank --iterations 0', /--iterations expects at least 1/],
    ['label-propagation --steps 0', /--steps expects at least 1/],
    ['shortest-paths a,', /LANDMARKS expects vertices divided by commas/],
  ] as const) {
    const ran = await dstream(chain.split(' '), '')
    t.equal(ran.code, 2)
    t.match(ran.stderr, reason)
  }
})

tap.test('I9.4 a long path does not overflow the stack', async (t) => {
  const count = 50_000
  const path = Array.from({ length: count }, (_, at) => [at, at + 1])
  const strong = await last<number>('strongly-connected-components', [[...path, [count, 0]]])
  t.ok(Object.values(strong).every((label) => label === 0))
  t.equal(
    (await last<Found<number>>('shortest-paths 0', [path.map(([a, b]) => [b, a])]))[String(count)]?.['0'],
    count,
  )
})
