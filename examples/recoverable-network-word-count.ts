/**
 * Counts the words of the lines that arrive in each second, and goes on where it was when it is killed and started again
 * (Spark: RecoverableNetworkWordCount). The words a, b and c are left out and counted.
 *
 *   nc -lk 9999                                                                                      # in one terminal
 *   node --import=tsx examples/recoverable-network-word-count.ts localhost 9999 checkpoint out.txt   # in another
 *
 * Nearly the same in a shell: examples/recoverable-network-word-count.sh localhost 9999 checkpoint counts
 */
import { appendFileSync } from 'node:fs'
import { Seconds, StreamingContext } from 'dstream'

const [host, port, directory, output] = process.argv.slice(2)
if (host === undefined || port === undefined || directory === undefined || output === undefined) {
  console.error('host, port, directory of the checkpoint and file of the output are needed')
  process.exit(2)
}

const ssc = StreamingContext.getOrCreate(directory, create)
ssc.start()
await ssc.awaitTermination()

/** Runs at every start, and not at the first alone as in Spark: functions are never read from the disk. */
function create(): StreamingContext {
  console.log('Creating new context')
  const context = new StreamingContext({
    appName: 'RecoverableNetworkWordCount',
    batchDuration: Seconds(1),
  })
  // Neither is in the checkpoint, as in Spark: each process begins with its own.
  const excluded = context.sparkContext.broadcast(['a', 'b', 'c'])
  const dropped = context.sparkContext.longAccumulator('DroppedWordsCounter')
  const words = context.socketTextStream(host as string, Number(port)).flatMap('split')
  const counts = words.map((word) => [word, 1] as const).reduceByKey((a, b) => a + b)
  counts.foreachRDD((rdd, time) => {
    const pairs = rdd.collect().filter(([word, count]) => {
      if (!excluded.value.includes(word)) return true
      dropped.add(count)
      return false
    })
    const text = `Counts at time ${time} ms [${pairs.map((pair) => `(${pair})`).join(', ')}]`
    console.log(text)
    console.log(`Dropped ${dropped.value} word(s) totally`)
    // A batch that is run again is appended again, with the same time.
    appendFileSync(output as string, `${text}\n`)
  })
  return context
}
