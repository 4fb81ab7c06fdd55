/**
 * The figures of PageViewStream side by side on a page of the browser.
 *
 *   node --import=tsx examples/page-view-generator.ts 44444 10                     # in one terminal
 *   node --import=tsx examples/page-view-dashboard.ts localhost 44444 4041         # in another
 *
 * Then open http://127.0.0.1:4041/. The same in a shell: examples/page-view-dashboard.sh
 */
import { fileURLToPath } from 'node:url'
import { Seconds, StreamingContext } from 'dstream'
import { pageView } from './page-views.ts'

const [host = 'localhost', port = '44444', page = '4041'] = process.argv.slice(2)

const ssc = new StreamingContext('local[2]', 'Page views', Seconds(1))
const views = ssc.socketTextStream(host, Number(port)).map(pageView)
const users = ssc.sparkContext
  .textFile(fileURLToPath(new URL('users.tsv', import.meta.url)))
  .map((line): [number, string] => {
    const [id, name = ''] = line.split('\t')
    return [Number(id), name]
  })
const on = { port: Number(page) }

views
  .map((view) => view.url)
  .countByValueAndWindow(Seconds(10), Seconds(2))
  .dashboard({ ...on, title: 'Views in 10 s' })
views
  .window(Seconds(30), Seconds(2))
  .map((view): [number, number] => [view.zipCode, view.status === 200 ? 0 : 100])
  .groupByKey()
  .mapValues((rates) => rates.reduce((sum, each) => sum + each, 0) / rates.length)
  .dashboard({ ...on, chart: 'line', title: 'Errors in percent by zip code, of 30 s' })
views
  .window(Seconds(15), Seconds(2))
  .map((view): [number, number] => [view.userID, 1])
  .groupByKey()
  .count()
  .dashboard({ ...on, title: 'Active users in 15 s' })
views
  .map((view): [number, number] => [view.userID, 1])
  .transform((rdd) => rdd.join(users).map(([, [, name]]) => name))
  .countByValue()
  .dashboard({ ...on, chart: 'table', title: 'Popular users seen' })

ssc.start()
await ssc.awaitTermination()
