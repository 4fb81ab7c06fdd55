/**
 * The hash tags that come most often, over a minute and over ten seconds, every two seconds (Spark: TwitterPopularTags;
 * here the lines of text come from a TCP server).
 *
 *   nc -lk 9999                                                        # in one terminal; type into it
 *   node --import=tsx examples/popular-hash-tags.ts localhost 9999     # in another
 *
 * The same in a shell, for one window: examples/popular-hash-tags.sh
 */
import { type DStream, Seconds, StreamingContext } from 'dstream'

const [host = 'localhost', port = '9999'] = process.argv.slice(2)

const ssc = new StreamingContext({ appName: 'PopularHashTags', batchDuration: Seconds(2) })
const hashTags = ssc
  .socketTextStream(host, Number(port))
  .flatMap((line) => line.split(' ').filter((word) => word.startsWith('#')))

printPopular(hashTags, 60)
printPopular(hashTags, 10)

ssc.start()
await ssc.awaitTermination()

/** Print the ten most frequent of the last seconds, at each batch. */
function printPopular(tags: DStream<string>, seconds: number): void {
  const counts = tags.map((tag) => [tag, 1] as const).reduceByKeyAndWindow((a, b) => a + b, Seconds(seconds))
  counts
    .map(([tag, count]) => [count, tag] as const)
    .transform((rdd) => rdd.sortByKey(false))
    .foreachRDD((rdd) => {
      console.log(`\nPopular topics in last ${seconds} seconds (${rdd.count()} total):`)
      for (const [count, tag] of rdd.take(10)) console.log(`${tag} (${count} tweets)`)
    })
}
