/**
 * The happiest words of each five seconds: words are joined with a list that gives each a score, and the score counts as
 * often as the word came (Spark: network_wordjoinsentiments.py).
 *
 *   nc -lk 9999                                                           # in one terminal; type into it
 *   node --import=tsx examples/word-join-sentiments.ts localhost 9999     # in another
 *
 * The list is examples/sentiments.tsv, lines WORD<TAB>SCORE; another one may stand behind the port.
 *
 * The same in a shell: examples/word-join-sentiments.sh
 */
import { fileURLToPath } from 'node:url'
import { Seconds, StreamingContext } from 'dstream'

const own = fileURLToPath(new URL('sentiments.tsv', import.meta.url))
const [host = 'localhost', port = '9999', list = own] = process.argv.slice(2)

const ssc = new StreamingContext({ appName: 'WordJoinSentiments', batchDuration: Seconds(5) })
const sentiments = ssc.sparkContext.textFile(list).map((line): [string, number] => {
  const [word = '', score] = line.split('\t')
  return [word, Number(score)]
})

const counts = ssc
  .socketTextStream(host, Number(port))
  .flatMap('split')
  .map((word) => [word, 1] as const)
  .reduceByKey((a, b) => a + b)
const happiest = counts
  .transform((rdd) => sentiments.join(rdd))
  .map(([word, [score, count]]) => [score * count, word] as const)
  .transform((rdd) => rdd.sortByKey(false))

happiest.foreachRDD((rdd) => {
  console.log(`Happiest topics in the last 5 seconds (${rdd.count()} total):`)
  for (const [happiness, word] of rdd.take(5)) console.log(`${word} (${Math.trunc(happiness)} happiness)`)
})

ssc.start()
await ssc.awaitTermination()
