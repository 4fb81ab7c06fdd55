/**
 * Does with each batch what the program likes: here, append its five most frequent words to a file (Spark: `foreachRDD`,
 * RecoverableNetworkWordCount). The next batch waits for the promise.
 *
 *   node --import=tsx examples/foreach-rdd.ts counts.txt < words.txt
 *
 * The same in a shell: dstream flatmap words reduce-by-key top 5 emit >> counts.txt
 */
import { appendFile } from 'node:fs/promises'
import { Seconds, StreamingContext } from 'dstream'

const [path = 'counts.txt'] = process.argv.slice(2)

const ssc = new StreamingContext({ appName: 'ForeachRDD', batchDuration: Seconds(1) })
const counts = ssc.source('stdin').flatMap('words').map('pair').reduceByKey().top(5)

counts.foreachRDD(async (rdd, time) => {
  if (rdd.isEmpty()) return
  const words = rdd.map(([word, count]) => `${word} ${count}`).collect()
  await appendFile(path, `${new Date(time).toISOString()} ${words.join(', ')}\n`)
  console.log(`Appended ${rdd.count()} words to ${path}`)
})

ssc.start()
await ssc.awaitTermination()
