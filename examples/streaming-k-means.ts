/**
 * Finds clusters in the points of new files of one directory, and tells the cluster of those of another (Spark:
 * StreamingKMeansExample). Move files into them when they are whole.
 *
 *   node --import=tsx examples/streaming-k-means.ts training test 2 3 2
 *
 * Behind the directories stand the seconds of a batch, how many clusters there are, and how many numbers a point has. A
 * line of training is a vector, [1.0,2.0]; one of test has a label as well, (3.0,[1.0,2.0]).
 *
 * The same in a shell, from one directory: examples/streaming-k-means.sh
 */
import { LabeledPoint, Seconds, StreamingContext, StreamingKMeans, Vectors } from 'dstream'

const [training = '.', test = '.', seconds = '2', clusters = '2', dimensions = '2'] = process.argv.slice(2)

const ssc = new StreamingContext({ appName: 'StreamingKMeans', batchDuration: Seconds(Number(seconds)) })
const trainingData = ssc.textFileStream(training).map(Vectors.parse)
const testData = ssc.textFileStream(test).map(LabeledPoint.parse)

const model = new StreamingKMeans()
  .setK(Number(clusters))
  .setDecayFactor(1.0)
  .setRandomCenters(Number(dimensions), 0.0, 42)

model.trainOn(trainingData)
model.predictOnValues(testData.map(({ label, features }) => [label, features] as const)).print()

ssc.start()
await ssc.awaitTermination()
