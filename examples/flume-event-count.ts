/**
 * Counts the events that a Flume agent sends, every two seconds (Spark: FlumeEventCount). The agent's sink is of the type
 * avro, and is told this host and port.
 *
 *   node --import=tsx examples/flume-event-count.ts localhost 4141
 *
 * The same in a shell:
 *   dstream flume 4141 --interval 2s count map 'n => `Received ${n} flume events.`' print --format spark
 */
import { FlumeUtils, Milliseconds, StreamingContext } from 'dstream'

const [host = 'localhost', port = '4141'] = process.argv.slice(2)

const ssc = new StreamingContext({ appName: 'FlumeEventCount', batchDuration: Milliseconds(2000) })
const events = FlumeUtils.createStream(ssc, host, Number(port))
events
  .count()
  .map((count) => `Received ${count} flume events.`)
  .print()

ssc.start()
await ssc.awaitTermination()
