/** Models that learn point by point, forecasts, changes and sketches: issue 9 line 3, against scikit-learn, river and Vowpal Wabbit. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import tap, { type Test } from 'tap'
import { AdaptiveWindow, type ChangeDetector, PageHinkley } from '../src/engine/learning/change-detectors.ts'
import { classPointOf } from '../src/engine/learning/class-point.ts'
import { CountMin } from '../src/engine/learning/count-min.ts'
import { expected, noForecast, take } from '../src/engine/learning/forecaster.ts'
import { HalfSpaceTrees } from '../src/engine/learning/half-space-trees.ts'
import { hashedWords, murmurHash3 } from '../src/engine/learning/hashed-words.ts'
import { HoeffdingTree, type LeafPrediction } from '../src/engine/learning/hoeffding-tree.ts'
import { type Distribution, NaiveBayes } from '../src/engine/learning/naive-bayes.ts'
import { OnlineClassifier, type OnlineOptions } from '../src/engine/learning/online-classifier.ts'
import { SpaceSaving } from '../src/engine/learning/space-saving.ts'
import { functions } from '../src/functions/registry.ts'
import { killedRun, slowly } from './support/kill-run.ts'
import { dstream } from './support/run.ts'

type Labelled<L> = readonly [label: L, features: number[]]

interface Oracle {
  readonly hashes: readonly (readonly [string, number])[]
  readonly naiveBayes: readonly {
    readonly distribution: Distribution
    readonly batches: readonly (readonly Labelled<string>[])[]
    readonly steps: readonly { readonly predictions: string[]; readonly probabilities: number[][] }[]
  }[]
  readonly corrections: readonly {
    readonly algorithm: 'perceptron' | 'passive-aggressive'
    readonly aggressiveness: number
    readonly batches: readonly (readonly Labelled<number>[])[]
    readonly weights: readonly number[][]
  }[]
  readonly ftrl: readonly {
    readonly alpha: number
    readonly beta: number
    readonly l1: number
    readonly l2: number
    readonly points: readonly Labelled<number>[]
    readonly probabilities: readonly number[]
  }[]
  readonly trees: {
    readonly points: readonly Labelled<number>[]
    readonly found: readonly { leafPrediction: LeafPrediction; accuracy: number; leaves: number }[]
  }
  readonly changes: {
    readonly streams: Readonly<Record<string, number[]>>
    readonly found: readonly { stream: string; method: 'adwin' | 'page-hinkley'; at: number[] }[]
  }
  readonly forecasts: {
    readonly values: readonly number[]
    readonly found: readonly {
      readonly alpha: number
      readonly beta?: number
      readonly gamma?: number
      readonly seasonality?: number
      readonly multiplicative?: boolean
      readonly told: readonly (readonly number[] | null)[]
    }[]
  }
}

const oracle: Oracle = JSON.parse(readFileSync(new URL('oracles/online.json', import.meta.url), 'utf8'))

/** Hold that numbers are as near to others as `tolerance` says, relative to the larger of the value and 1. */
function close(
  t: Test,
  found: readonly number[],
  wanted: readonly number[],
  tolerance: number,
  name: string,
): void {
  t.equal(found.length, wanted.length, `${name}: as many`)
  const off = wanted.map(
    (value, at) => Math.abs((found[at] as number) - value) / Math.max(1, Math.abs(value)),
  )
  t.ok(Math.max(0, ...off) <= tolerance, `${name}: ${Math.max(0, ...off)} off`)
}

const ONLINE: OnlineOptions = {
  algorithm: 'ftrl',
  positive: 1,
  features: 'numbers',
  bits: 18,
  hasIntercept: false,
  tellsProbability: false,
  aggressiveness: 1,
  alpha: 0.1,
  beta: 1,
  l1: 0,
  l2: 0,
}

tap.test('I9.3 I9.5 words have the places that scikit-learn’s FeatureHasher gives them', async (t) => {
  for (const [word, place] of oracle.hashes) t.equal(hashedWords([word], 18).indices?.[0], place, word)
  t.equal(murmurHash3(''), 0)
  t.strictSame([...hashedWords(['a:2', 'a', 'a:0.5'], 18).values], [3.5], 'values of one place are added up')
})

for (const { distribution, batches, steps } of oracle.naiveBayes)
  tap.test(`I9.3 I9.5 naive Bayes tells what scikit-learn tells: ${distribution}`, async (t) => {
    const options = { distribution, smoothing: 1, features: 'numbers', bits: 18 } as const
    const classes = new NaiveBayes({ ...options, tellsProbability: false })
    const probabilities = new NaiveBayes({ ...options, tellsProbability: true })
    for (const [at, batch] of batches.entries()) {
      const points = batch.map((point) => classes.pointOf(point))
      classes.learn(points)
      probabilities.learn(batch.map((point) => probabilities.pointOf(point)))
      t.strictSame(
        points.map((point) => classes.tell(point)),
        steps[at]?.predictions,
      )
      const told = points.flatMap((point) => {
        const of = probabilities.tell(point) as Record<string, number>
        return ['c0', 'c1', 'c2'].map((label) => of[label] ?? Number.NaN)
      })
      close(t, told, steps[at]?.probabilities.flat() ?? [], 1e-7, `probabilities of batch ${at}`)
    }
  })

for (const { algorithm, aggressiveness, batches, weights } of oracle.corrections)
  tap.test(`I9.3 I9.5 ${algorithm} learns what scikit-learn learns, ${aggressiveness}`, async (t) => {
    const model = new OnlineClassifier({ ...ONLINE, algorithm, aggressiveness })
    for (const [at, batch] of batches.entries()) {
      model.learn(batch.map((point) => model.pointOf(point)))
      close(
        t,
        model.rows().map(([, weight]) => weight),
        weights[at] ?? [],
        1e-9,
        `weights after batch ${at}`,
      )
    }
  })

tap.test('I9.3 I9.5 FTRL tells what Vowpal Wabbit tells, before each point', async (t) => {
  for (const { points, probabilities, ...rates } of oracle.ftrl) {
    const model = new OnlineClassifier({ ...ONLINE, ...rates, tellsProbability: true })
    const told = points.map((element) => {
      const point = model.pointOf(element)
      const before = model.tell(point)
      model.learn([point])
      return before as number
    })
    // Vowpal Wabbit counts in 32 bits.
    close(t, told, probabilities, 1e-4, JSON.stringify(rates))
  }
})

tap.test('I9.3 I9.5 a Hoeffding tree is right as often as river’s, through a drift', async (t) => {
  for (const { leafPrediction, accuracy, leaves } of oracle.trees.found) {
    const model = new HoeffdingTree({
      gracePeriod: 200,
      delta: 1e-7,
      tieThreshold: 0.05,
      leafPrediction,
      maxLeaves: 1000,
    })
    let right = 0
    for (const element of oracle.trees.points) {
      const point = model.pointOf(element)
      if (model.isReady && model.tell(point) === point.label) right += 1
      model.learn([point])
    }
    const found = right / oracle.trees.points.length
    t.ok(found >= accuracy - 0.02, `${leafPrediction}: ${found}, river’s ${accuracy}`)
    const [[, grown]] = model.rows() as [[string, number]]
    t.ok(Math.abs(grown - leaves) <= 4, `${grown} leaves, river’s ${leaves}`)
  }
})

const detectors: Readonly<Record<'adwin' | 'page-hinkley', () => ChangeDetector>> = {
  adwin: () => new AdaptiveWindow(0.002),
  'page-hinkley': () => new PageHinkley({ least: 30, delta: 0.005, threshold: 20, forget: 0.9999 }),
}

tap.test('I9.3 I9.5 changes are noticed where river notices them', async (t) => {
  for (const { stream, method, at } of oracle.changes.found) {
    const detector = detectors[method]()
    const noticed = (oracle.changes.streams[stream] ?? []).flatMap((value, index) =>
      detector.take(value) ? [index + 1] : [],
    )
    t.strictSame(noticed, at, `${method} of ${stream}`)
  }
})

tap.test('I9.3 I9.5 forecasts are river’s, for one to three values ahead', async (t) => {
  for (const { told, alpha, beta, gamma, seasonality = 0, multiplicative = false } of oracle.forecasts
    .found) {
    const options = { alpha, beta, gamma, season: seasonality, isMultiplicative: multiplicative }
    const state = noForecast()
    const found: number[] = []
    const wanted: number[] = []
    for (const [at, value] of oracle.forecasts.values.entries()) {
      take(state, options, value)
      const of = told[at]
      // A mean alone begins with its first value here, and with the mean of two there: alike after some values.
      if (of === null || of === undefined || (beta === undefined && at < 60)) continue
      found.push(...[1, 2, 3].map((ahead) => expected(state, options, ahead) as number))
      wanted.push(...of)
    }
    t.ok(wanted.length > 100)
    close(t, found, wanted, 1e-9, JSON.stringify(options))
  }
})

tap.test('I9.3 a season that is a summand is followed', async (t) => {
  const options = { alpha: 0.3, beta: 0.1, gamma: 0.3, season: 4, isMultiplicative: false }
  const state = noForecast()
  const season = [5, -2, 0, -3]
  let off = 0
  for (let at = 0; at < 400; at++) {
    const value = 10 + 0.5 * at + (season[at % 4] as number)
    off = Math.abs((expected(state, options, 1) ?? 0) - value)
    take(state, options, value)
  }
  t.ok(off < 0.01, `${off} off`)
})

tap.test('I9.3 half-space trees find what lies apart, and not what has become usual', async (t) => {
  const model = new HalfSpaceTrees({ trees: 25, height: 10, window: 250, seed: 42 })
  const told = (elements: readonly number[][]): number[] => {
    const points = elements.map((element) => model.pointOf(element))
    const scores = model.isReady ? points.map((point) => model.tell(point)) : points.map(() => 0)
    model.learn(points)
    return scores
  }
  const around = (x: number, y: number, count: number): number[][] =>
    Array.from({ length: count }, (_, at) => [x + Math.sin(at * 7) / 10, y + Math.cos(at * 3) / 10])
  told([[0, 0], [10, 10], ...around(2, 2, 248)])
  const usual = told(around(2, 2, 250))
  const [apart = 0] = told([[8, 7]])
  t.ok(Math.max(...usual) < apart, `${Math.max(...usual)} of usual points, ${apart} of the one apart`)
  told(around(8, 7, 600))
  const [after = 1] = told([[8, 7]])
  t.ok(after < apart, `${after} when it is usual`)
})

/** Run a function over values as batches do: parts of them combined, and the parts merged. */
function reduced(
  name: string,
  parameter: string | undefined,
  values: readonly unknown[],
  parts: number,
): unknown {
  const aggregator = functions.find((record) => record.name === name)?.aggregator?.(parameter)
  if (aggregator === undefined) throw new Error(`no ${name}`)
  const combiners: unknown[] = []
  for (const [at, value] of values.entries()) {
    const part = at % parts
    combiners[part] =
      combiners[part] === undefined ? aggregator.create(value) : aggregator.mergeValue(combiners[part], value)
  }
  const whole = combiners.reduce((left, right) => aggregator.mergeCombiners(left, right))
  return aggregator.finish?.(whole)
}

tap.test('I9.3 HyperLogLog is as exact as its paper says, however the values are divided', async (t) => {
  for (const count of [10, 1000, 50_000, 300_000]) {
    const values = Array.from({ length: count }, (_, at) => `value ${at}`)
    const found = reduced('hyperloglog', undefined, [...values, ...values.slice(0, 1000)], 3) as number
    t.ok(Math.abs(found - count) <= 4 * 0.0163 * count + 0.5, `${found} of ${count}`)
    t.equal(reduced('hyperloglog', undefined, values, 7), reduced('hyperloglog', undefined, values, 1))
  }
})

tap.test('I9.3 a t-digest is exact at both ends, and nearly so between', async (t) => {
  const values = Array.from({ length: 100_001 }, (_, at) => (at * 7919) % 100_001)
  for (const parts of [1, 5]) {
    const found = reduced('t-digest', '0,0.1,1,50,99,99.9,100', values, parts) as Record<string, number>
    for (const [name, value] of Object.entries(found)) {
      const part = Number(name.slice(1)) / 100
      const allowed = 1 + 100_000 * 0.03 * Math.sqrt(part * (1 - part))
      t.ok(Math.abs(value - part * 100_000) <= allowed, `${name}: ${value}`)
    }
  }
})

tap.test(
  'I9.3 heavy hitters: counts are too high by their error at most, and nobody frequent is missing',
  async (t) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat({ max: 40 }), { maxLength: 400 }),
        fc.integer({ min: 1, max: 12 }),
        async (values, capacity) => {
          const summary = new SpaceSaving(capacity)
          const exact = new Map<number, number>()
          for (const value of values) {
            summary.add(value)
            exact.set(value, (exact.get(value) ?? 0) + 1)
          }
          const found = new Map(summary.top(capacity).map((hitter) => [hitter.value, hitter]))
          for (const { value, count, error } of found.values()) {
            const times = exact.get(value as number) ?? 0
            if (times > count || times < count - error) return false
          }
          return [...exact].every(([value, times]) => times <= values.length / capacity || found.has(value))
        },
      ),
    )
    t.pass()
  },
)

tap.test('I9.3 Count-Min never counts too few, and seldom too many', async (t) => {
  const sketch = new CountMin(0.001, 0.01)
  const exact = new Map<string, number>()
  const last = new Map<string, number>()
  for (let at = 0; at < 60_000; at++) {
    const value = `v${(at * at) % 9973}`
    exact.set(value, (exact.get(value) ?? 0) + 1)
    last.set(value, sketch.add(value))
  }
  t.notOk([...exact].some(([value, count]) => (last.get(value) as number) < count))
  const far = [...exact].filter(([value, count]) => (last.get(value) as number) > count + 60)
  t.ok(far.length <= 0.01 * exact.size, `${far.length} of ${exact.size} are off by more`)
})

tap.test('I9.3 two hundred thousand different words take the memory of 2^bits places', async (t) => {
  const model = new OnlineClassifier({ ...ONLINE, features: 'words', bits: 12 })
  for (let at = 0; at < 100_000; at++)
    model.learn([model.pointOf(`${at % 2} word${at} other${at * 3} ${at % 2 === 0 ? 'even' : 'odd'}`)])
  const { columns } = model.toJSON() as unknown as { columns: Record<string, { places: number[] }> }
  t.ok(Object.values(columns).every(({ places }) => places.length <= 2 ** 12))
  t.equal(model.tell(model.pointOf('? even')), 0)
  t.equal(model.tell(model.pointOf('? odd')), 1)
})

tap.test('I9.3 I9.5 bad input is an error that says what is wrong', async (t) => {
  const refused = (element: unknown, kind: 'numbers' | 'words', reason: RegExp): void => {
    t.throws(() => classPointOf(element, kind, 18, true), reason, JSON.stringify(element))
  }
  refused('spam', 'words', /a label and at least one feature/)
  refused('', 'numbers', /a label and at least one feature/)
  refused('a,NaN', 'numbers', /finite number/)
  refused('a,1,,2', 'numbers', /finite number/)
  refused(['a', [Number.POSITIVE_INFINITY]], 'numbers', /finite number/)
  refused(7, 'numbers', /a label with its features/)
  const third = await dstream(['streaming-classifier', '--features', 'words'], '1 a\n0 b\n2 c\n')
  t.equal(third.code, 1)
  t.match(third.stderr, /expected 1 or 0 as the label, got 2: there are two classes/)
  const wrong = await dstream(['hoeffding-tree'], 'a,1,2\nb,3\n')
  t.match(wrong.stderr, /expected 2 features, each with a value, got 1/)
  const skipped = await dstream(['--on-error', 'skip', 'half-space-trees', 'emit'], '1\nx\n2\n')
  t.equal(skipped.stdout, '1\t0\n2\t0\n')
  const one = await dstream(['streaming-naive-bayes', '--features', 'words', 'emit'], 'a x\na y\n')
  t.equal(one.stdout, 'a\ta\na\ta\n', 'one class only')
  const season = await dstream(['forecast', '--gamma', '0.5'], '1\n')
  t.match(season.stderr, /--gamma and --multiplicative are of a --season/)
})

tap.test('I9.1 I9.3 a model of words goes from file to file, and predict tells by it', async (t) => {
  const cwd = t.testdir()
  const args = ['streaming-naive-bayes', '--features', 'words', '--model', 'spam.json', 'emit']
  await dstream(args, 'spam win money\nham see you\n', { cwd })
  const again = await dstream(args, '? money\n', { cwd })
  t.equal(again.stdout, '? money\tspam\n')
  const told = await dstream(['predict', 'spam.json', 'emit'], 'win win\nyou\n', { cwd })
  t.equal(told.stdout, 'win win\tspam\nyou\tham\n', told.stderr)
  const classifier = [
    'streaming-classifier',
    '--features',
    'words',
    '--positive',
    'spam',
    '--model',
    'c.json',
    'emit',
  ]
  await dstream(classifier, 'spam win money\nham see you\n', { cwd })
  t.equal((await dstream(classifier, '? money\n', { cwd })).stdout, '? money\tspam\n')
  t.equal((await dstream(['predict', 'c.json', 'emit'], 'you\n', { cwd })).stdout, 'you\tham\n')
  await dstream(['hoeffding-tree', '--model', 't.json'], 'a,1\na,2\nb,9\nb,8\n', { cwd })
  t.equal((await dstream(['predict', 't.json', 'emit'], '1\n', { cwd })).stdout, '1\ta\n')
})

tap.test('I9.1 I9.3 kill and resume: what was learned is what an unbroken run has learned', async (t) => {
  const cwd = t.testdir()
  const lines = Array.from({ length: 400 }, (_, at) => `${at % 2},${at % 7},${at % 5}`)
  writeFileSync(`${cwd}/in`, `${lines.join('\n')}\n`)
  const result = async (name: string, stage: readonly string[], isKilled: boolean): Promise<string> => {
    const slow = isKilled ? ['filter', slowly(20, 'line.startsWith("0,0,")')] : []
    const words = [
      ...['text', `${cwd}/in`, '--batch-lines', '10', '--checkpoint', `${cwd}/${name}.kept`],
      ...['--checkpoint-interval', '100ms', ...slow, ...stage, 'save-as-text-files', `${cwd}/${name}/b`],
    ]
    if (isKilled) await killedRun(words, 3, 900)
    else t.equal((await dstream(words, '', { cwd })).code, 0)
    return readdirSync(`${cwd}/${name}`)
      .sort()
      .map((folder) => readFileSync(`${cwd}/${name}/${folder}/part-00000`, 'utf8'))
      .join('')
  }
  const stages = [
    ['streaming-classifier', '--give', 'probabilities'],
    ['hoeffding-tree', '--grace-period', '20'],
    ['heavy-hitters', '5', '--capacity', '8'],
  ]
  for (const [at, stage] of stages.entries())
    t.equal(
      await result(`broken${at}`, stage, true),
      await result(`whole${at}`, stage, false),
      stage.join(' '),
    )
})
