/**
 * Puts the numbers 1 to 1000 into a queue every second and counts their last digits (Spark: QueueStream). Each batch
 * prints ten pairs, from (1,100) to (0,100).
 *
 *   node --import=tsx examples/queue-stream.ts       # thirty pushes
 *   node --import=tsx examples/queue-stream.ts 3     # three
 *
 * The same in a shell: dstream rate 1000 map 'n => [n % 10, 1]' reduce-by-key
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { Seconds, StreamingContext } from 'dstream'

const pushes = Number(process.argv[2] ?? 30)
const numbers = Array.from({ length: 1000 }, (_, index) => index + 1)

const ssc = new StreamingContext('local[1]', 'QueueStream', Seconds(1))
const queue: number[][] = []
ssc
  .queueStream(queue)
  .map((number) => [number % 10, 1])
  .reduceByKey((a, b) => a + b)
  .print()

ssc.start()
for (let push = 0; push < pushes; push++) {
  queue.push(numbers)
  await sleep(1000)
}
await ssc.stop()
