/**
 * Built-in functions by name, arrows and an aggregator side by side; the compiler knows what each gives. A name that does
 * not exist, a mapper where a reducer stands, or text to be summed does not compile.
 *
 *   node --import=tsx examples/typed-functions.ts < examples/requests.jsonl
 *
 * The same in a shell:
 *   dstream map json filter 'r => r.status < 500' map 'r => [r.host, r.ms]' reduce-by-key mean
 */
import { type Aggregator, type DStream, Seconds, StreamingContext } from 'dstream'

interface Request {
  readonly host: string
  readonly status: number
  readonly ms: number
}

/** The mean of numbers: a sum and a count until the end. */
const mean: Aggregator<number, [sum: number, count: number], number> = {
  create: (value) => [value, 1],
  mergeValue: ([sum, count], value) => [sum + value, count + 1],
  mergeCombiners: ([sum, count], [moreSum, moreCount]) => [sum + moreSum, count + moreCount],
  finish: ([sum, count]) => sum / count,
}

const ssc = new StreamingContext({ appName: 'TypedFunctions', batchDuration: Seconds(1) })
const requests: DStream<Request> = ssc.source('stdin').map((line) => JSON.parse(line) as Request)

const times = requests.filter((request) => request.status < 500).map((request) => [request.host, request.ms])
times.reduceByKey(mean).print({ format: 'table', title: 'mean' })
times.reduceByKey('max').print({ format: 'table', title: 'slowest' })
times.reduceByKey('count').sortBy('value', { descending: true }).print({ format: 'table', title: 'requests' })

ssc.start()
await ssc.awaitTermination()
