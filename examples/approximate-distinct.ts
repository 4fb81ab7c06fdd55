/**
 * How many different users came in each five seconds and in all, once approximately, in bounded memory, and once counted
 * (Spark: TwitterAlgebirdHLL; here each line from a TCP server is the name of a user).
 *
 *   nc -lk 9999                                                           # in one terminal; type into it
 *   node --import=tsx examples/approximate-distinct.ts localhost 9999     # in another
 *
 * The same in a shell, without the exact counts: examples/approximate-distinct.sh
 */
import { Seconds, StreamingContext } from 'dstream'

const [host = 'localhost', port = '9999'] = process.argv.slice(2)

const ssc = new StreamingContext({ appName: 'ApproximateDistinct', batchDuration: Seconds(5) })
const users = ssc.socketTextStream(host, Number(port))

const batch = users.reduce('approxDistinct')
const overall = users.map((user) => ['all', user] as const).updateStateByKey('approxDistinct')
const exactOverall = new Set<string>()

ssc
  .transform([users, batch, overall], ([names, ofBatch, ofAll]) =>
    ofBatch.cartesian(ofAll.values()).map(([partial, all]) => ({ names: names.collect(), partial, all })),
  )
  .foreachRDD((rdd) => {
    // Nothing came: there is nothing to tell.
    for (const { names, partial, all } of rdd.collect()) {
      for (const name of names) exactOverall.add(name)
      console.log(`Approx distinct users this batch: ${partial}`)
      console.log(`Approx distinct users overall: ${all}`)
      console.log(`Exact distinct users this batch: ${new Set(names).size}`)
      console.log(`Exact distinct users overall: ${exactOverall.size}`)
      console.log(`Error rate: ${((all / exactOverall.size - 1) * 100).toFixed(5)}%`)
    }
  })

ssc.start()
await ssc.awaitTermination()
