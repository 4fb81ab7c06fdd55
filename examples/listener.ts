/**
 * Follows what happens inside a context (Spark: `StreamingListener`).
 *
 *   node --import=tsx examples/listener.ts
 *
 * The same in a shell: dstream rate 1000 --interval 100ms --batches 3 --stats count
 */
import { Milliseconds, StreamingContext, type StreamingListener } from 'dstream'

const listener: StreamingListener = {
  onStreamingStarted: () => console.log('started'),
  onBatchCompleted: ({ batchInfo }) => {
    const { numRecords, schedulingDelay = 0, processingDelay = 0 } = batchInfo
    console.log(`${numRecords} records`)
    console.error(`waited ${schedulingDelay} ms, took ${processingDelay} ms`)
  },
}

const ssc = new StreamingContext({ appName: 'Listener', batchDuration: Milliseconds(100), batches: 3 })
ssc.addStreamingListener(listener)
ssc
  .queueStream([['a', 'b', 'c'], ['d']])
  .count()
  .foreachRDD((rdd) => console.log(`count ${rdd.first()}`))

ssc.start()
await ssc.awaitTermination()
