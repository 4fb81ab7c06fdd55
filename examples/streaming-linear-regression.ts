/**
 * Learns a line from the points of new files of one directory, and tells the labels of those of another (Spark:
 * StreamingLinearRegressionExample). A line of both is a label with its features, (1.0,[0.5,2.0]).
 *
 *   node --import=tsx examples/streaming-linear-regression.ts training test
 *
 * The same in a shell, from one directory: examples/streaming-linear-regression.sh
 */
import { LabeledPoint, Seconds, StreamingContext, StreamingLinearRegressionWithSGD } from 'dstream'

const [training = '.', test = '.', features = '3'] = process.argv.slice(2)

const ssc = new StreamingContext({ appName: 'StreamingLinearRegression', batchDuration: Seconds(1) })
const trainingData = ssc.textFileStream(training).map(LabeledPoint.parse).cache()
const testData = ssc.textFileStream(test).map(LabeledPoint.parse)

const model = new StreamingLinearRegressionWithSGD().setInitialWeights(
  Array.from({ length: Number(features) }, () => 0),
)

model.trainOn(trainingData)
model.predictOnValues(testData.map((point) => [point.label, point.features] as const)).print()

ssc.start()
await ssc.awaitTermination()
