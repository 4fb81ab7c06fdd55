/** The classes of streaming learning: rows M1 to M5 and A12-18. */
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import tap from 'tap'
import {
  type DStream,
  LabeledPoint,
  StageError,
  StreamingContext,
  StreamingKMeans,
  StreamingLinearRegressionWithSGD,
  StreamingLogisticRegressionWithSGD,
  StreamingTest,
  UsageError,
  Vectors,
} from '../src/index.ts'
import { collectingPort, collectStream } from './support/collect.ts'

async function outcome<T, U>(
  batches: readonly (readonly T[])[],
  make: (stream: DStream<T>, context: StreamingContext) => DStream<U>,
): Promise<unknown[][]> {
  return (await collectStream(batches, make)).map(({ elements }) => elements)
}

tap.test('M1 M5 trainOn before predictOn: a batch is told by what was learned of it', async (t) => {
  const model = new StreamingKMeans().setDecayFactor(0.5).setInitialCenters([[0], [9]], [1, 1])
  const before = model.latestModel()
  const found = await outcome([[[2], [20]], [[12]], []], (stream) => {
    model.trainOn(stream)
    return model.predictOn(stream)
  })
  t.strictSame(found, [[0, 1], [1], []])
  const { clusterCenters, clusterWeights, predict } = model.latestModel()
  // (0·0.5 + 2) / 1.5, and ((9·0.5 + 20) / 1.5 · 0.75 + 12) / 1.75.
  t.strictSame(
    clusterCenters.map(([center = 0]) => center.toFixed(9)),
    [(4 / 3).toFixed(9), ((12.25 + 12) / 1.75).toFixed(9)],
  )
  t.strictSame(clusterWeights, [0.375, 0.875], 'a batch without points forgets as well')
  t.strictSame(before.clusterCenters, [[0], [9]], 'an earlier model stays what it was')
  t.strictSame([before.predict([6]), predict([6])], [1, 0])
})

tap.test('M5 predictOnValues keeps the key; a second stream is told by the latest model', async (t) => {
  const model = new StreamingKMeans(2).setInitialCenters([[0], [9]], [1, 1])
  const found = await outcome([[[1]], [[50]]], (stream, context) => {
    const test = context.queueStream<[string, number[]]>([
      [['x', [25]]],
      [
        ['y', [5]],
        ['z', [26]],
      ],
    ])
    model.trainOn(stream)
    return model.predictOnValues(test)
  })
  t.strictSame(found, [
    [['x', 1]],
    [
      ['y', 0],
      ['z', 1],
    ],
  ])
})

tap.test('M2 M5 linear regression finds the line', async (t) => {
  const model = new StreamingLinearRegressionWithSGD()
    .setStepSize(0.5)
    .setNumIterations(200)
    .setConvergenceTol(0)
    .setInitialWeights([0, 0])
  const batches = Array.from({ length: 4 }, (_, batch) =>
    Array.from({ length: 20 }, (_, at) => {
      const [a, b] = [((at * 7 + batch) % 11) / 11, ((at * 3) % 5) / 5]
      return new LabeledPoint(2 * a - 3 * b, [a, b])
    }),
  )
  const found = await outcome(batches, (stream) => {
    model.trainOn(stream)
    return model.predictOnValues(
      stream.map(({ label, features }): [number, readonly number[]] => [label, features]),
    )
  })
  const { weights, predict, intercept } = model.latestModel()
  t.ok(Math.abs((weights[0] ?? 0) - 2) < 0.05 && Math.abs((weights[1] ?? 0) + 3) < 0.05, `${weights}`)
  t.equal(intercept, 0)
  t.ok(Math.abs(predict([1, 1]) + 1) < 0.05)
  for (const [label, told] of found.at(-1) as [number, number][]) t.ok(Math.abs(label - told) < 0.05)
})

tap.test('M3 M5 logistic regression tells 1 from 0', async (t) => {
  const model = new StreamingLogisticRegressionWithSGD(1, 100, 1, 0.001).setInitialWeights([0, 0])
  const points = Array.from({ length: 40 }, (_, at) => {
    const x = at / 20 - 1
    return new LabeledPoint(x > 0 ? 1 : 0, [x, 1])
  })
  const found = await outcome([points, points], (stream) => {
    model.trainOn(stream)
    return model.predictOnValues(
      stream.map(({ label, features }): [number, readonly number[]] => [label, features]),
    )
  })
  const wrong = (found[1] as [number, number][]).filter(([label, told]) => label !== told)
  t.ok(wrong.length <= 1, `${wrong.length} wrong`)
})

tap.test('M1 M2 M3 M5 what is missing or cannot be is said in Spark’s words', async (t) => {
  const context = new StreamingContext({ batchDuration: 1000, port: collectingPort() })
  const vectors = context.queueStream<number[]>([])
  t.throws(() => new StreamingKMeans().trainOn(vectors), /Initial cluster centers must be set before/)
  t.throws(() => new StreamingKMeans().predictOn(vectors), UsageError)
  t.throws(() => new StreamingLinearRegressionWithSGD().predictOn(vectors), /Model must be initialized/)
  t.throws(() => new StreamingKMeans(3).setInitialCenters([[0]], [1]), /must be 3 but got 1/)
  t.throws(
    () => new StreamingKMeans().setInitialCenters([[0], [1]], [1]),
    /must be equal to number of weights/,
  )
  t.throws(() => new StreamingKMeans().setRandomCenters(0, 1), /dimensions must be positive/)
  t.throws(() => new StreamingKMeans().setHalfLife(0, 'points'), /Half life must be positive/)
  t.throws(() => new StreamingKMeans().setK(0), /clusters must be positive/)
  t.throws(() => new StreamingLinearRegressionWithSGD().setMiniBatchFraction(2), /range \(0, 1\]/)
  t.throws(() => new StreamingLogisticRegressionWithSGD().setRegParam(-1), /must be nonnegative/)
  t.throws(() => new StreamingTest().setTestMethod('z' as 'welch'), /supported tests: welch, student/)
  const used = new StreamingKMeans().setRandomCenters(2, 1, 7)
  used.trainOn(vectors)
  t.throws(() => used.setK(3), /the model is in use/)
  context.stop()
  const model = new StreamingKMeans().setInitialCenters([[0], [9]], [1, 1])
  await t.rejects(
    outcome([[[1, 2]]], (stream) => {
      model.trainOn(stream)
      return stream
    }),
    new StageError('train-on', 'expected 1 features, as the model has, got 2', '[1,2]'),
  )
})

tap.test('M5 a model in a checkpoint goes on where it was', async (t) => {
  const file = join(t.testdir({ in: '3\n' }), 'in')
  const directory = join(t.testdirName, 'kept')
  const run = async (): Promise<{ centers: unknown; weights: unknown }> => {
    const model = new StreamingKMeans().setInitialCenters([[0], [9]], [1, 1])
    const context = StreamingContext.getOrCreate(directory, () => {
      const created = new StreamingContext({ batchDuration: 1000, batchLines: 1, port: collectingPort() })
      created.checkpoint(directory)
      model.trainOn(created.source<string>('text', [file]).map(Vectors.parse))
      return created
    })
    context.start()
    await context.awaitTermination()
    const { clusterCenters: centers, clusterWeights: weights } = model.latestModel()
    return { centers, weights }
  }
  t.strictSame(await run(), { centers: [[1.5], [9]], weights: [2, 1] })
  appendFileSync(file, '6\n12\n')
  t.strictSame(await run(), { centers: [[1.5], [9]], weights: [2, 3] })
})

tap.test('M4 a StreamingTest of the API', async (t) => {
  const sample = (isExperiment: boolean, value: number): { isExperiment: boolean; value: number } => ({
    isExperiment,
    value,
  })
  const test = new StreamingTest().setTestMethod('student').setPeacePeriod(1).setWindowSize(2)
  const found = await outcome(
    [
      [sample(true, 900), sample(false, -900)],
      [sample(true, 3), sample(true, 5), sample(false, 1)],
      [sample(false, 3), sample(true, 4)],
      [sample(false, 3), sample(true, 4)],
    ],
    (stream) => test.registerStream(stream),
  )
  t.strictSame(
    found.map((batch) => batch.length),
    [0, 0, 1, 1],
    'none of the peace period, none of too few',
  )
  const [result] = found[2] as { pValue: number; degreesOfFreedom: number; method: string }[]
  t.ok(Math.abs((result?.pValue ?? 0) - 0.15403090300093616) < 1e-12)
  t.strictSame([result?.degreesOfFreedom, result?.method], [3, "Student's 2-sample t-test"])
})

tap.test('M5 Vectors and LabeledPoint read what Spark writes', async (t) => {
  t.strictSame(Vectors.dense(1, 2), [1, 2])
  t.strictSame(Vectors.dense([1, 2]), [1, 2])
  t.strictSame(Vectors.sparse(3, [0, 2], [1, 5]), [1, 0, 5])
  t.strictSame(Vectors.parse('(3,[0,2],[1.0,5.0])'), [1, 0, 5])
  t.strictSame(Vectors.parse('[1.0,-2e3]'), [1, -2000])
  t.throws(() => Vectors.sparse(1, [1], [1]), RangeError)
  const point = LabeledPoint.parse('(1.0,[0.5,2.0])')
  t.strictSame([point.label, point.features, String(point)], [1, [0.5, 2], '(1,[0.5,2])'])
  t.throws(() => LabeledPoint.parse('[1,2]'), /expected a label/)
})
