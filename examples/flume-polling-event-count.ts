/**
 * Counts the events that a Flume agent is asked for, every two seconds (Spark: FlumePollingEventCount). The agent runs
 * Spark's sink, which listens at this host and port.
 *
 *   node --import=tsx examples/flume-polling-event-count.ts localhost 9988
 *
 * The same in a shell:
 *   dstream flume-polling localhost:9988 --interval 2s count map 'n => `Received ${n} flume events.`' print --format spark
 */
import { FlumeUtils, Milliseconds, StreamingContext } from 'dstream'

const [host = 'localhost', port = '9988'] = process.argv.slice(2)

const ssc = new StreamingContext({ appName: 'FlumePollingEventCount', batchDuration: Milliseconds(2000) })
const events = FlumeUtils.createPollingStream(ssc, host, Number(port))
events
  .count()
  .map((count) => `Received ${count} flume events.`)
  .print()

ssc.start()
await ssc.awaitTermination()
