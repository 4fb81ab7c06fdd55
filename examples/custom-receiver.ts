/**
 * Counts words of lines that a receiver of the program's own gets from a TCP server (Spark: CustomReceiver).
 *
 *   nc -lk 9999                                                      # in one terminal; type into it
 *   node --import=tsx examples/custom-receiver.ts localhost 9999     # in another
 *
 * The same in a shell:
 *   dstream receiver ./examples/socket-receiver.ts#SocketReceiver localhost 9999 -- flatmap split reduce-by-key
 */
import { Seconds, StreamingContext } from 'dstream'
import { SocketReceiver } from './socket-receiver.ts'

const [host = 'localhost', port = '9999'] = process.argv.slice(2)

const ssc = new StreamingContext({ appName: 'CustomReceiver', batchDuration: Seconds(1) })
const words = ssc.receiverStream(new SocketReceiver(host, port)).flatMap('split')
words
  .map((word) => [word, 1] as const)
  .reduceByKey((a, b) => a + b)
  .print()

ssc.start()
await ssc.awaitTermination()
