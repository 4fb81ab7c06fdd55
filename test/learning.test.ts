/** Models that learn: rows M1 to M3 and M5, against what Spark's MLlib learned of the same batches. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import tap, { type Test } from 'tap'
import { dataPointOf } from '../src/engine/learning/data-point.ts'
import { decimalsOf } from '../src/engine/learning/decimals.ts'
import { KMeans, type TimeUnit } from '../src/engine/learning/k-means.ts'
import { LinearModel, type Penalty } from '../src/engine/learning/linear.ts'
import { randomCenters } from '../src/engine/learning/spark-random.ts'
import {
  NO_SAMPLE,
  type Sample,
  sparkStudentTest,
  sparkWelchTest,
  studentTest,
  twoSided,
  welchTest,
  withValue,
} from '../src/engine/learning/t-test.ts'
import { killedRun, slowly } from './support/kill-run.ts'
import { dstream } from './support/run.ts'
import { Session } from './support/session.ts'

interface Oracle {
  readonly kMeans: readonly {
    readonly name: string
    readonly batches: readonly (readonly number[][])[]
    readonly centers: number[][]
    readonly weights: number[]
    readonly decay: number
    readonly timeUnit: TimeUnit
    readonly steps: readonly { centers: number[][]; weights: number[]; predictions: number[] }[]
  }[]
  readonly randomCenters: readonly { readonly seed: number; readonly centers: number[][] }[]
  readonly regressions: readonly {
    readonly kind: 'linear' | 'logistic'
    readonly name: string
    readonly batches: readonly (readonly [number, number[]][])[]
    readonly settings: {
      readonly stepSize: number
      readonly numIterations: number
      readonly convergenceTol: number
      readonly regParam: number
      readonly regType: Penalty
    }
    readonly steps: readonly { weights: number[]; predictions: number[] }[]
  }[]
  /** Of each test pValue, degrees of freedom and statistic. */
  readonly tTests: readonly ({ readonly control: number[]; readonly experiment: number[] } & Readonly<
    Record<'welch' | 'student' | 'sparkWelch' | 'sparkStudent', number[]>
  >)[]
}

const oracle: Oracle = JSON.parse(readFileSync(new URL('oracles/learning.json', import.meta.url), 'utf8'))

/** Relative to the larger of the value and 1: sums are added in another order here than there. */
const TOLERANCE = 1e-9

function close(t: Test, found: readonly number[], wanted: readonly number[], name: string): void {
  t.equal(found.length, wanted.length, `${name}: as many`)
  const apart = wanted.map(
    (value, at) => Math.abs((found[at] as number) - value) / Math.max(1, Math.abs(value)),
  )
  t.ok(Math.max(0, ...apart) <= TOLERANCE, `${name}: ${found} for ${wanted}`)
}

for (const { name, batches, centers, weights, decay, timeUnit, steps } of oracle.kMeans)
  tap.test(`M1 I9.5 k-means learns what Spark learns: ${name}`, async (t) => {
    const model = new KMeans({ k: centers.length, decay, timeUnit, centers, weights })
    for (const [at, batch] of batches.entries()) {
      const points = batch.map((point) => dataPointOf(point, false))
      model.learn(points)
      const step = steps[at]
      close(t, model.centers.flat(), step?.centers.flat() ?? [], `centres after batch ${at}`)
      close(t, model.weights, step?.weights ?? [], `weights after batch ${at}`)
      t.strictSame(
        points.map(({ features }) => model.predict(features)),
        step?.predictions,
      )
    }
  })

tap.test('M1 I9.5 a seed gives the centres that it gives in Spark', async (t) => {
  for (const { seed, centers } of oracle.randomCenters)
    close(t, randomCenters(3, 4, seed).flat(), centers.flat(), `seed ${seed}`)
})

for (const { kind, name, batches, settings, steps } of oracle.regressions)
  tap.test(
    `${kind === 'linear' ? 'M2' : 'M3'} I9.5 ${kind} regression learns what Spark learns: ${name}`,
    async (t) => {
      const { convergenceTol, regParam, regType, ...rest } = settings
      const size = batches[0]?.[0]?.[1].length ?? 0
      const model = new LinearModel({
        ...rest,
        kind,
        regParam,
        // Spark's linear regression without a penalty has none of its own either.
        penalty: regType,
        convergenceTolerance: convergenceTol,
        miniBatchFraction: 1,
        initialWeights: Array.from({ length: size }, () => 0),
      })
      for (const [at, batch] of batches.entries()) {
        const points = batch.map((point) => dataPointOf(point, true))
        model.learn(points)
        close(t, model.weights, steps[at]?.weights ?? [], `weights after batch ${at}`)
        close(
          t,
          points.map(({ features }) => model.predict(features)),
          steps[at]?.predictions ?? [],
          `predictions of batch ${at}`,
        )
      }
    },
  )

tap.test('M5 I9.1 every format that Spark reads is the same point', async (t) => {
  const plain = (element: unknown, isLabelled: boolean): unknown => {
    const { key, label, features } = dataPointOf(element, isLabelled)
    const { indices, values, size } = features
    return [key, label, indices && [...indices], [...values], size]
  }
  const whole = [2, 2, undefined, [0.5, -1], 2]
  for (const line of [
    '(2,[0.5,-1])',
    '(2.0, [0.5, -1.0])',
    '2,0.5,-1',
    '2 0.5 -1',
    '2,0.5 -1',
    '2\t[0.5,-1]',
    '2\t0.5\t-1',
  ])
    t.strictSame(plain(line, true), whole, line)
  for (const element of [[2, [0.5, -1]], { label: 2, features: [0.5, -1] }, [2, Float64Array.of(0.5, -1)]])
    t.strictSame(plain(element, true), whole)
  t.strictSame(plain('1 1:0.5 3:2', true), [1, 1, [0, 2], [0.5, 2], undefined])
  t.strictSame(plain('(1,(3,[0,2],[0.5,2]))', true), [1, 1, [0, 2], [0.5, 2], 3])
  t.strictSame(plain('(3,[0,2],[0.5,2])', false), ['(3,[0,2],[0.5,2])', undefined, [0, 2], [0.5, 2], 3])
  t.strictSame(plain('[1,2]', true), ['[1,2]', undefined, undefined, [1, 2], 2], 'only to be predicted')
  t.strictSame(plain('1,2', false), ['1,2', undefined, undefined, [1, 2], 2])
  t.strictSame(plain('(a,[1,2])', false), ['a', undefined, undefined, [1, 2], 2])
})

tap.test('M5 numbers that are read the short way are those that Number gives', async (t) => {
  const digits = fc.stringMatching(/^\d{0,9}$/)
  const decimal = fc
    .tuple(fc.constantFrom('', '-'), digits, fc.constantFrom('', '.'), digits)
    .map((parts) => parts.join(''))
  const other = fc.constantFrom('', '1e5', '+1', 'x', '0x10', '1.2.3', '-', '.', 'NaN', '1:2', '[1]')
  const divider = fc.constantFrom(',', ' ', '\t', ' , ', ',,', '  ')
  const words = fc.array(fc.tuple(divider, fc.oneof({ weight: 9, arbitrary: decimal }, other)), {
    minLength: 1,
    maxLength: 5,
  })
  let read = 0
  fc.assert(
    fc.property(words, (parts) => {
      const text = parts.map(([before, word], at) => (at === 0 ? word : before + word)).join('')
      const found = decimalsOf(text)
      if (found === undefined) return
      read += 1
      t.strictSame(found, text.split(/\s*,\s*|\s+/).map(Number))
    }),
    { numRuns: 2000 },
  )
  t.ok(read > 200, `${read} were read`)
  t.strictSame(decimalsOf('1.5,-2  3\t.25'), [1.5, -2, 3, 0.25])
  for (const text of ['', ' 1', '1 ', '1,,2', '1e3', '1234567890123456'])
    t.equal(decimalsOf(text), undefined, text)
})

tap.test(
  'M5 I9.5 bad points are errors that say what was expected; --on-error skip leaves them out',
  async (t) => {
    const cases: readonly [string, boolean, RegExp][] = [
      ['', false, /expected a finite number, got ""/],
      ['NaN,1', false, /expected a finite number, got "NaN"/],
      ['1,,2', false, /expected a finite number, got ""/],
      ['1,Infinity', false, /expected a finite number, got "Infinity"/],
      ['1', true, /expected a label and at least one feature/],
      ['(x,[1,2])', true, /expected a number as the label, got "x"/],
      ['1 2:1 2:3', true, /expected ascending indices, got 1/],
      ['1 0:1', true, /expected ascending indices, got -1/],
      ['(2,[0,5],[1,1])', false, /expected ascending indices below 2, got 5/],
      ['(3,[0,1],[1])', false, /expected as many values as indices, got 1 and 2/],
      ['[1,2', false, /expected a vector such as/],
    ]
    for (const [line, isLabelled, reason] of cases)
      t.throws(() => dataPointOf(line, isLabelled), reason, line)
    t.throws(() => dataPointOf({ a: 1 }, false), /expected numbers such as/)
    t.throws(() => dataPointOf([1, Number.NaN, 3], false), /expected a finite number/)
    const lines = '1,1\n2,2,2\nx\n9,9\n'
    const failed = await dstream(['streaming-kmeans'], lines)
    t.equal(failed.code, 1)
    t.match(
      failed.stderr,
      /expected 2 features, as the model has, got 3\n\n {2}stage: +streaming-kmeans\n {2}element: "2,2,2"/,
    )
    const skipped = await dstream(['--on-error', 'skip', 'streaming-kmeans', 'emit'], lines)
    t.strictSame([skipped.code, skipped.stdout], [3, '1,1\t0\n9,9\t1\n'])
    t.match(
      (await dstream(['streaming-logistic-regression'], '2,1\n')).stderr,
      /expected 0 or 1 as the label, got 2/,
    )
    const wild = await dstream(['streaming-linear-regression', '--step-size', '9'], '1,9e9\n2,-8e9\n')
    t.match(wild.stderr, /the weights grow without bound: a smaller --step-size/)
  },
)

tap.test('M5 flags that cannot be are refused before anything runs', async (t) => {
  const cases: readonly [string, RegExp][] = [
    ['streaming-kmeans --k 0', /--k expects at least 1/],
    ['streaming-kmeans --centers 0,0;1,x', /--centers expects numbers, and got 0,0;1,x/],
    ['streaming-kmeans --centers 0,0', /--centers has 1 centres, and --k is 2/],
    ['streaming-kmeans --centers 0;1 --weights 1', /--weights expects a number for each/],
    ['streaming-kmeans --seed 1', /--seed needs --dimensions/],
    ['streaming-kmeans --decay 2', /--decay expects a number from 0 to 1, and got 2/],
    ['streaming-kmeans --decay 1 --half-life 3', /--decay and --half-life say the same/],
    ['streaming-linear-regression --half-life 0', /--half-life expects a number above 0/],
    ['streaming-linear-regression --step-size 0', /--step-size expects a number above 0/],
    ['streaming-linear-regression --mini-batch-fraction 2', /--mini-batch-fraction expects at most 1/],
    ['streaming-logistic-regression --initial-weights 1 --dimensions 2', /--initial-weights has 1 weights/],
  ]
  for (const [chain, reason] of cases) {
    const ran = await dstream(chain.split(' '), '1,1\n')
    t.equal(ran.code, 2, chain)
    t.match(ran.stderr, reason, chain)
  }
})

tap.test('I9.1 --model begins where the last run ended, and refuses what is none', async (t) => {
  const cwd = t.testdir({
    'other.json': '{"model":"k-means","centers":[[1]],"weights":[1]}',
    'cut.json': '{"mod',
  })
  const words = [
    '--batch-lines',
    '2',
    'streaming-linear-regression',
    '--model',
    'm.json',
    '--give',
    'model',
    'emit',
  ]
  const both = await dstream(words.with(4, 'both.json'), '1,1\n2,2\n6,2\n3,1\n', { cwd })
  await dstream(words, '1,1\n2,2\n', { cwd })
  const second = await dstream(words, '6,2\n3,1\n', { cwd })
  t.equal(second.stdout, `${both.stdout.trim().split('\n').at(-1)}\n`)
  t.strictSame(
    JSON.parse(readFileSync(join(cwd, 'm.json'), 'utf8')),
    JSON.parse(readFileSync(join(cwd, 'both.json'), 'utf8')),
  )
  for (const [file, reason] of [
    ['other.json', /--model other.json: expected a model "linear-regression", got "k-means"/],
    ['cut.json', /--model cut.json: /],
  ] as const) {
    const ran = await dstream(words.with(4, file), '1,1\n', { cwd })
    t.equal(ran.code, 1)
    t.match(ran.stderr, reason)
  }
})

tap.test('M1 I9.1 a half-life is the decay that leaves a half after so many', async (t) => {
  const give = ['--give', 'model', 'emit']
  const lines = '0\n10\n1\n11\n2\n14\n'
  const run = (...words: string[]): ReturnType<typeof dstream> =>
    dstream(['--batch-lines', '2', 'streaming-kmeans', '--centers', '0;10', ...words, ...give], lines)
  const [byLife, byDecay] = [await run('--half-life', '2'), await run('--decay', String(Math.SQRT1_2))]
  t.equal(byLife.code, 0, byLife.stderr)
  const numbers = (text: string): number[] =>
    text
      .trim()
      .split('\n')
      .map((line) => Number(line.split('\t')[1]))
  close(t, numbers(byLife.stdout), numbers(byDecay.stdout), 'models')
})

tap.test('I9.1 with a decay, a linear model weighs batches by their points', async (t) => {
  const data = (slope: number, count: number): readonly [number, number[]][] =>
    Array.from({ length: count }, (_, at) => [slope * (1 + (at % 3)), [1 + (at % 3)]])
  const options = {
    kind: 'linear' as const,
    stepSize: 0.1,
    numIterations: 20_000,
    miniBatchFraction: 1,
    convergenceTolerance: 0,
    regParam: 0,
    penalty: 'l2' as const,
    initialWeights: [0],
  }
  const learn = (decay: number | undefined): number => {
    const model = new LinearModel({ ...options, ...(decay === undefined ? {} : { decay }) })
    for (const [slope, count] of [
      [1, 30],
      [4, 10],
    ] as const)
      model.learn(data(slope, count).map((point) => dataPointOf(point, true)))
    return model.weights[0] ?? 0
  }
  close(t, [learn(undefined)], [4], 'the last batch has the last word')
  close(t, [learn(1)], [(1 * 30 + 4 * 10) / 40], 'none is forgotten')
  close(t, [learn(0.5)], [(1 * 15 + 4 * 10) / 25], 'half of the first one is left')
})

tap.test('I9.1 a model that was written down and read again goes on as the one that was not', async (t) => {
  const batches = fc.array(
    fc.array(fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 })), { maxLength: 8 }),
    {
      maxLength: 6,
    },
  )
  fc.assert(
    fc.property(
      batches,
      fc.nat({ max: 5 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (parts, cut, decay) => {
        const made = (): KMeans => new KMeans({ k: 3, decay, timeUnit: 'points' })
        let broken = made()
        const whole = made()
        for (const [at, part] of parts.entries()) {
          const points = part.map(([x, y]) => dataPointOf([x, y, 1], false))
          whole.learn(points)
          if (at === cut) {
            const next = made()
            next.load(JSON.parse(JSON.stringify(broken)))
            broken = next
          }
          broken.learn(points)
        }
        t.equal(JSON.stringify(broken), JSON.stringify(whole))
      },
    ),
    { numRuns: 100 },
  )
})

tap.test('M4 I9.5 t-tests find what scipy finds, and those of Spark what commons-math finds', async (t) => {
  const tests = {
    welch: welchTest,
    student: studentTest,
    sparkWelch: sparkWelchTest,
    sparkStudent: sparkStudentTest,
  }
  for (const found of oracle.tTests) {
    const sampleOf = (values: readonly number[]): Sample => values.reduce(withValue, NO_SAMPLE)
    for (const [name, test] of Object.entries(tests)) {
      const { pValue, degreesOfFreedom, statistic } = test(
        sampleOf(found.control),
        sampleOf(found.experiment),
      )
      const [wanted = 0, ...others] = found[name as keyof typeof tests]
      close(t, [degreesOfFreedom, statistic], others, name)
      // Of a small probability the digits count, not the distance.
      t.ok(Math.abs(pValue - wanted) <= 1e-9 * wanted + 1e-14, `${name}: ${pValue} for ${wanted}`)
    }
  }
  t.equal(twoSided(0, 5), 1)
  t.equal(twoSided(Number.POSITIVE_INFINITY, 5), 0)
  t.ok(Math.abs(twoSided(1, 1) - 0.5) < 1e-14, 'Cauchy')
})

tap.test('M4 streaming-test: groups, peace, window, --stop-at and what it refuses', async (t) => {
  const run = (lines: readonly string[], ...words: string[]): ReturnType<typeof dstream> =>
    dstream(['--batch-lines', '4', 'streaming-test', ...words, 'emit'], `${lines.join('\n')}\n`)
  const of = (stdout: string): { pValue: number; statistic: number; degreesOfFreedom: number }[] =>
    stdout
      .trim()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
  const same = ['true 1', 'true 2', 'false 1', 'false 2']
  const apart = ['1,11', '1\t12', '0 1', 'FALSE, 2']
  const cumulative = of((await run([...same, ...apart])).stdout)
  t.strictSame(
    cumulative.map(({ pValue }) => pValue < 0.2),
    [false, true],
  )
  t.ok((cumulative[1]?.statistic ?? 0) > 0, 'positive where the experiment is larger')
  t.strictSame(of((await run([...same, ...apart], '--peace-period', '1')).stdout).length, 1)
  const window = of((await run([...same, ...apart], '--window', '1')).stdout)
  t.equal(window[1]?.degreesOfFreedom, 2, 'four numbers')
  t.strictSame(
    of((await run([...same, ...apart], '--peace-period', '1', '--spark-compatible')).stdout).length,
    2,
  )
  const equal = of((await run(['true 1', 'true 1', 'false 1', 'false 1'])).stdout)
  t.strictSame(equal, [{ ...equal[0], pValue: 1, statistic: 0 }], 'what does not vary and is the same')
  t.equal((await run(['true 1', 'true 2', 'true 3'])).stdout, '', 'one group only')
  // Without an end of its own: the verdict ends it.
  const verdict = await dstream(
    [
      'rate',
      '500',
      '--interval',
      '200ms',
      'map',
      'n => [n % 2 === 0, n % 2 === 0 ? 5 + (n % 10) : n % 10]',
      'streaming-test',
      '--stop-at',
      '0.01',
      'emit',
    ],
    '',
  )
  t.equal(verdict.code, 0, verdict.stderr)
  t.ok((of(verdict.stdout).at(-1)?.pValue ?? 1) < 0.01)
  for (const line of ['maybe 1', 'true', 'true x', '', 'true Infinity'])
    t.match((await run([line])).stderr, /expected true or false, and a finite number/, line)
  t.match((await run([], '--stop-at', '2')).stderr, /--stop-at expects a number between 0 and 1/)
  t.match((await run([], '--window', '-1')).stderr, /--window expects 0 or more/)
})

tap.test(
  'I9.1 F1 killed 6 times and started again, a model is what an unbroken run has learned',
  async (t) => {
    const cwd = t.testdir()
    const lines = Array.from(
      { length: 2000 },
      (_, at) => `${(at * 7) % 13},${at % 3 === 0 ? 50 : 0}.${at % 10}`,
    )
    writeFileSync(join(cwd, 'in'), `${lines.join('\n')}\n`)
    const learn = ['streaming-kmeans', '--half-life', '40', '--seed', '1', '--dimensions', '2', '--model']
    const chain = (name: string, ...slow: string[]): string[] => [
      ...['text', 'in', '--batch-lines', '10', '--checkpoint', name, '--checkpoint-interval', '100ms'],
      ...slow,
      ...learn,
      `${name}.json`,
      ...['save-as-text-files', `${name}-out/b`],
    ]
    t.equal((await dstream(chain('whole'), '', { cwd })).code, 0)
    const { kills } = await killedRun(chain('broken', 'filter', slowly(20, 'line.endsWith("7")')), 6, 400, {
      cwd,
    })
    t.equal(kills, 6)
    const model = (name: string): string => readFileSync(join(cwd, `${name}.json`), 'utf8')
    t.equal(model('broken'), model('whole'))
  },
)

tap.test('M6 I9.2 predict tells by a model of a file, and reads it again when it changes', async (t) => {
  const cwd = t.testdir({
    'line.json': '{"model":"linear-regression","weights":[2]}',
    'clusters.json': '{"model":"k-means","centers":[[0],[9],[50]],"weights":[1,1,1]}',
    'either.json': '{"model":"logistic-regression","weights":[1,-1]}',
    'other.json': '{"model":"forest"}',
    'empty.json': '{"model":"k-means","centers":[],"weights":[]}',
  })
  const told = async (model: string, lines: string, ...words: string[]): Promise<string> => {
    const { code, stdout, stderr } = await dstream(['predict', model, ...words, 'emit'], lines, { cwd })
    return code === 0 ? stdout : stderr
  }
  t.equal(await told('line.json', '1\n(7,[4])\n'), '1\t2\n7\t8\n')
  t.equal(await told('line.json', '8,4\n', '--labelled'), '8\t8\n')
  t.equal(await told('clusters.json', '2\n8\n99\n'), '2\t0\n8\t1\n99\t2\n')
  t.equal(await told('either.json', '2,1\n1,2\n'), '2,1\t1\n1,2\t0\n')
  t.match(await told('line.json', '1,2\n'), /expected 1 features, as the model has, got 2/)
  t.match(
    await told('other.json', '1\n'),
    /other.json: expected a model of k-means, hoeffding-tree, .*, got "forest"/,
  )
  t.match(await told('empty.json', '1\n'), /empty.json: the model has not learned anything/)
  t.match(await told('nowhere.json', '1\n'), /nowhere.json: no such file/)
  const session = new Session(['--batch-lines', '1', 'predict', join(cwd, 'line.json'), 'emit'])
  session.child.stdin.write('1\n')
  await session.until('stdout', '1\t2')
  writeFileSync(join(cwd, 'line.json'), '{"model":"linear-regression","weights":[30]}')
  session.child.stdin.end('1\n')
  t.equal((await session.ended).stdout, '1\t2\n1\t30\n')
})
