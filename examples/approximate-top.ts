/**
 * The ten users who come most often, of each ten seconds and of all, once approximately, in bounded memory, and once
 * counted (Spark: TwitterAlgebirdCMS; here each line from a TCP server is the name of a user).
 *
 *   nc -lk 9999                                                      # in one terminal; type into it
 *   node --import=tsx examples/approximate-top.ts localhost 9999     # in another
 *
 * The same in a shell, without the exact counts: examples/approximate-top.sh
 */
import { Seconds, StreamingContext } from 'dstream'

const [host = 'localhost', port = '9999'] = process.argv.slice(2)
/** The part of all that a user must be at least to be named. */
const THRESHOLD = 0.001

type Counts = readonly (readonly [user: string, count: number])[]

const ssc = new StreamingContext({ appName: 'ApproximateTop', batchDuration: Seconds(10) })
const users = ssc.socketTextStream(host, Number(port))

const batch = users.reduce('approxTop:10')
const overall = users.map((user) => ['all', user] as const).updateStateByKey('approxTop:10')
const exactOverall = new Map<string, number>()

ssc
  .transform([users, batch, overall], ([names, ofBatch, ofAll]) =>
    ofBatch.cartesian(ofAll.values()).map(([partial, all]) => ({ names: names.collect(), partial, all })),
  )
  .foreachRDD((rdd) => {
    // Nothing came: there is nothing to tell.
    for (const { names, partial, all } of rdd.collect()) {
      const exact = new Map<string, number>()
      for (const name of names) {
        exact.set(name, (exact.get(name) ?? 0) + 1)
        exactOverall.set(name, (exactOverall.get(name) ?? 0) + 1)
      }
      const percent = THRESHOLD.toFixed(2)
      console.log(`Approx heavy hitters at ${percent}% threshold this batch: ${heavy(partial, exact)}`)
      console.log(`Approx heavy hitters at ${percent}% threshold overall: ${heavy(all, exactOverall)}`)
      console.log(
        `Exact heavy hitters this batch: ${shown(top(exact).map(([user, count]) => [count, user]))}`,
      )
      console.log(`Exact heavy hitters overall: ${shown(top(exactOverall))}`)
    }
  })

ssc.start()
await ssc.awaitTermination()

/** Return those who are more than the threshold of all, as they are shown. */
function heavy(counts: Counts, exact: ReadonlyMap<string, number>): string {
  const all = [...exact.values()].reduce((sum, count) => sum + count, 0)
  return shown(counts.filter(([, count]) => count >= THRESHOLD * all))
}

function top(counts: ReadonlyMap<string, number>): Counts {
  return [...counts].sort(([, a], [, b]) => b - a).slice(0, 10)
}

function shown(pairs: readonly (readonly [unknown, unknown])[]): string {
  return `[${pairs.map(([first, second]) => `(${first},${second})`).join(',')}]`
}
