/**
 * Tests a pipeline without waiting for it: time stands still until the program moves it, and results go to a port of its
 * own.
 *
 *   node --import=tsx examples/manual-clock.ts
 *
 * The same in a shell, by lines instead of time: printf 'a\nb\na\n' | dstream --batch-lines 2 reduce-by-key
 */
import assert from 'node:assert/strict'
import { ManualClock, Seconds, StreamingContext } from 'dstream'

const clock = new ManualClock(0)
const ssc = new StreamingContext({ batchDuration: Seconds(1), clock, batches: 3 })
const results: [time: number, counts: [string, number][]][] = []
ssc
  .queueStream([['a', 'b'], ['a']])
  .countByValue()
  .foreachRDD((rdd, time) => results.push([time, rdd.collect()]))
ssc.addStreamingListener({ onStreamingStarted: () => clock.advance(Seconds(3)) })

ssc.start()
await ssc.awaitTermination()
assert.deepEqual(results, [
  [
    1000,
    [
      ['a', 1],
      ['b', 1],
    ],
  ],
  [2000, [['a', 1]]],
  [3000, []],
])
console.log('as expected')
