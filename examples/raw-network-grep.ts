/**
 * Counts the lines that hold `the`, from several connections to one server that sends blocks of lines (Spark:
 * RawNetworkGrep). A block is its length, four bytes with the highest first, and then as many bytes.
 *
 *   { printf '\0\0\0\10the end\n'; cat; } | nc -l 9999                       # in one terminal
 *   node --import=tsx examples/raw-network-grep.ts 1 localhost 9999 1000     # in another
 *
 * The arguments are the number of streams, host, port, and the milliseconds of a batch.
 *
 * The same in a shell, for one stream:
 *   dstream socket localhost 9999 --raw filter contains:the count map 'n => "Grep count: " + n' emit
 */
import { Milliseconds, StreamingContext } from 'dstream'

const [streams = '1', host = 'localhost', port = '9999', interval = '1000'] = process.argv.slice(2)

const ssc = new StreamingContext({ appName: 'RawNetworkGrep', batchDuration: Milliseconds(Number(interval)) })
const raw = Array.from({ length: Number(streams) }, () => ssc.rawSocketStream(host, Number(port)))
ssc
  .union(raw)
  .filter((line) => line.includes('the'))
  .count()
  .foreachRDD((rdd) => console.log(`Grep count: ${rdd.collect().join('')}`))

ssc.start()
await ssc.awaitTermination()
