/**
 * Five figures of a stream of page views, of which one is shown (Spark: PageViewStream).
 *
 *   node --import=tsx examples/page-view-generator.ts 44444 10                                 # in one terminal
 *   node --import=tsx examples/page-view-stream.ts errorRatePerZipCode localhost 44444         # in another
 *
 * The first argument is one of
 *   pageCounts            views of each page, each second
 *   slidingPageCounts     the same over 10 s, every 2 s
 *   errorRatePerZipCode   which part of 30 s were errors, every 2 s; more than 0.05 in stars
 *   activeUserCount       how many users there were in 15 s, every 2 s
 *   popularUsersSeen      those of users.tsv that were seen, each second
 *
 * The same in a shell: examples/page-view-stream.sh
 */
import { fileURLToPath } from 'node:url'
import { Seconds, StreamingContext } from 'dstream'
import { errorRate, pageView } from './page-views.ts'

const [metric = 'pageCounts', host = 'localhost', port = '44444'] = process.argv.slice(2)

const ssc = new StreamingContext('local[2]', 'PageViewStream', Seconds(1))
const views = ssc.socketTextStream(host, Number(port)).map(pageView)

const figures: Record<string, () => void> = {
  pageCounts: () => {
    views
      .map((view) => view.url)
      .countByValue()
      .print()
  },
  slidingPageCounts: () => {
    views
      .map((view) => view.url)
      .countByValueAndWindow(Seconds(10), Seconds(2))
      .print()
  },
  errorRatePerZipCode: () => {
    const statuses = views
      .window(Seconds(30), Seconds(2))
      .map((view) => [view.zipCode, view.status])
      .groupByKey()
    statuses.map(errorRate).print()
  },
  activeUserCount: () => {
    const users = views
      .window(Seconds(15), Seconds(2))
      .map((view) => [view.userID, 1])
      .groupByKey()
    users
      .count()
      .map((count) => `Unique active users: ${count}`)
      .print()
  },
  popularUsersSeen: () => {
    const users = ssc.sparkContext
      .textFile(fileURLToPath(new URL('users.tsv', import.meta.url)))
      .map((line): [number, string] => {
        const [id, name = ''] = line.split('\t')
        return [Number(id), name]
      })
    views
      .map((view) => [view.userID, 1])
      .foreachRDD((rdd, time) => {
        for (const [, [, name]] of rdd.join(users).take(10))
          console.log(`Saw user ${name} at time ${time} ms`)
      })
  },
}

const figure = figures[metric]
if (figure === undefined) {
  console.log(`Invalid metric entered: ${metric}`)
  process.exit(1)
}
figure()
ssc.start()
await ssc.awaitTermination()
