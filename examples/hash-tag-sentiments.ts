/**
 * The happiest hash tags over a minute and over ten seconds, every two seconds: tags are joined with a list that gives
 * each a score, and the score counts as often as the tag came (Spark: TwitterHashTagJoinSentiments; here the lines of
 * text come from a TCP server).
 *
 *   nc -lk 9999                                                          # in one terminal; type into it
 *   node --import=tsx examples/hash-tag-sentiments.ts localhost 9999     # in another
 *
 * The list is examples/sentiments.tsv, lines WORD<TAB>SCORE; another one may stand behind the port.
 *
 * The same in a shell, for one window: examples/hash-tag-sentiments.sh
 */
import { fileURLToPath } from 'node:url'
import { type DStream, Seconds, StreamingContext } from 'dstream'

const own = fileURLToPath(new URL('sentiments.tsv', import.meta.url))
const [host = 'localhost', port = '9999', list = own] = process.argv.slice(2)

const ssc = new StreamingContext({ appName: 'HashTagSentiments', batchDuration: Seconds(2) })
const sentiments = ssc.sparkContext.textFile(list).map((line): [string, number] => {
  const [word = '', score] = line.split('\t')
  return [word, Number(score)]
})
const tags = ssc
  .socketTextStream(host, Number(port))
  .flatMap((line) => line.split(' ').filter((word) => word.startsWith('#')))
  .map((tag) => tag.slice(1))

printHappiest(tags, 60)
printHappiest(tags, 10)

ssc.start()
await ssc.awaitTermination()

/** Print the ten happiest of the last seconds, at each batch. */
function printHappiest(words: DStream<string>, seconds: number): void {
  const counts = words
    .map((word) => [word, 1] as const)
    .reduceByKeyAndWindow((a, b) => a + b, Seconds(seconds))
  counts
    .transform((rdd) => sentiments.join(rdd))
    .map(([word, [score, count]]) => [score * count, word] as const)
    .transform((rdd) => rdd.sortByKey(false))
    .foreachRDD((rdd) => {
      console.log(`\nHappiest topics in last ${seconds} seconds (${rdd.count()} total):`)
      for (const [happiness, word] of rdd.take(10)) console.log(`${word} (${happiness} happiness)`)
    })
}
