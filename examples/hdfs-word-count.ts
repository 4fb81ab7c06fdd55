/**
 * Counts the words of each new file of a directory (Spark: HdfsWordCount). Move files into it when they are whole.
 *
 *   node --import=tsx examples/hdfs-word-count.ts incoming
 *
 * The same in a shell: dstream files incoming --interval 2s flatmap split reduce-by-key
 */
import { Seconds, StreamingContext } from 'dstream'

const [directory = '.'] = process.argv.slice(2)

const ssc = new StreamingContext({ appName: 'HdfsWordCount', batchDuration: Seconds(2) })
const words = ssc.textFileStream(directory).flatMap('split')
words
  .map((word) => [word, 1] as const)
  .reduceByKey((a, b) => a + b)
  .print()

ssc.start()
await ssc.awaitTermination()
