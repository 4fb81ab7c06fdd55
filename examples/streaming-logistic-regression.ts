/**
 * Learns to tell 1 from 0 from new files of one directory, and tells those of another (Spark:
 * StreamingLogisticRegression). A line of both is a label, 1 or 0, with its features, (1.0,[0.5,2.0]).
 *
 *   node --import=tsx examples/streaming-logistic-regression.ts training test 1 2
 *
 * Behind the directories stand the seconds of a batch, and how many features there are.
 *
 * The same in a shell, from one directory: examples/streaming-logistic-regression.sh
 */
import { LabeledPoint, Seconds, StreamingContext, StreamingLogisticRegressionWithSGD } from 'dstream'

const [training = '.', test = '.', seconds = '1', features = '2'] = process.argv.slice(2)

const ssc = new StreamingContext({
  appName: 'StreamingLogisticRegression',
  batchDuration: Seconds(Number(seconds)),
})
const trainingData = ssc.textFileStream(training).map(LabeledPoint.parse)
const testData = ssc.textFileStream(test).map(LabeledPoint.parse)

const model = new StreamingLogisticRegressionWithSGD().setInitialWeights(
  Array.from({ length: Number(features) }, () => 0),
)

model.trainOn(trainingData)
model.predictOnValues(testData.map((point) => [point.label, point.features] as const)).print()

ssc.start()
await ssc.awaitTermination()
