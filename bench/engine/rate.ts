/**
 * Counts the words of a TCP stream in batches of 1 s, until its sender closes: PORT MASTER. Says what
 * `bench/jvm/spark/SocketWordCount.java` says: `batch RECORDS SCHEDULING PROCESSING` on standard error, and the words.
 */
import { library } from './library.ts'

const [port, master] = process.argv.slice(2) as [string, string]
const { Seconds, StreamingContext } = await library()
const silent = { format: 'spark', write: () => undefined, show: () => undefined, report: console.error }
const context = new StreamingContext({ batchDuration: Seconds(1), master, port: silent })
let words = 0
context
  .source<string>('socket', ['127.0.0.1', Number(port)], { once: true })
  .flatMap('split')
  .map((word) => [word, 1] as const)
  .reduceByKey('sum')
  .foreachRDD((rdd) => {
    rdd.foreach(([, count]) => {
      words += count
    })
  })
context.addStreamingListener({
  onBatchCompleted: ({ batchInfo: { numRecords, schedulingDelay, processingDelay } }) =>
    console.error(`batch ${numRecords} ${schedulingDelay} ${processingDelay}`),
})
context.start()
await context.awaitTermination()
console.log(`total\t${words}`)
