/**
 * Tests whether the numbers of an experiment have another mean than those of its control group, and ends when they surely
 * have (Spark: StreamingTestExample). New files of a directory have lines such as true,3.2 and false,2.9.
 *
 *   node --import=tsx examples/streaming-test.ts incoming 1 0.05
 *
 * Behind the directory stand the seconds of a batch, and how improbable the difference has to be.
 *
 * The same in a shell: examples/streaming-test.sh
 */
import { Seconds, StreamingContext, StreamingTest } from 'dstream'

const [directory = '.', seconds = '1', enough = '0.05'] = process.argv.slice(2)

const ssc = new StreamingContext({ appName: 'StreamingTest', batchDuration: Seconds(Number(seconds)) })
const data = ssc.textFileStream(directory).map((line) => {
  const [isExperiment, value] = line.split(',')
  return { isExperiment: isExperiment === 'true', value: Number(value) }
})

const out = new StreamingTest()
  .setPeacePeriod(0)
  .setWindowSize(0)
  .setTestMethod('welch')
  .registerStream(data)
  .map(({ pValue, method, nullHypothesis }) => ({
    pValue: Number(pValue.toFixed(6)),
    method,
    nullHypothesis,
  }))
out.print()

out.foreachRDD((rdd) => {
  if (rdd.collect().some(({ pValue }) => pValue < Number(enough))) void ssc.stop()
})

ssc.start()
await ssc.awaitTermination()
