/**
 * Counts the words of the lines that arrive in each second (Spark: NetworkWordCount).
 *
 *   nc -lk 9999                                                          # in one terminal; type into it
 *   node --import=tsx examples/network-word-count.ts localhost 9999      # in another
 *
 * The same in a shell: dstream socket localhost 9999 flatmap split reduce-by-key
 */
import { Seconds, StreamingContext } from 'dstream'

const [host = 'localhost', port = '9999'] = process.argv.slice(2)

const ssc = new StreamingContext({
  master: 'local[2]',
  appName: 'NetworkWordCount',
  batchDuration: Seconds(1),
})
const lines = ssc.socketTextStream(host, Number(port))
const words = lines.flatMap('split')
const counts = words.map((word) => [word, 1] as const).reduceByKey((a, b) => a + b)
counts.print()

ssc.start()
await ssc.awaitTermination()
