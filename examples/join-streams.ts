/**
 * Joins clicks with the users who made them, batch by batch; a window keeps a user for two batches (Spark: `join`).
 *
 *   node --import=tsx examples/join-streams.ts
 *
 * The same in a shell, over two sockets whose lines are KEY<TAB>VALUE:
 *   dstream socket localhost 9999 join [ socket localhost 9998 window 2s ]
 */
import { Milliseconds, StreamingContext } from 'dstream'

const interval = Milliseconds(100)
const ssc = new StreamingContext({ appName: 'JoinStreams', batchDuration: interval, batches: 3 })

const clicks = ssc.queueStream<[user: number, page: string]>([
  [[1, '/home']],
  [
    [1, '/cart'],
    [2, '/home'],
  ],
  [[1, '/home']],
])
const users = ssc.queueStream<[id: number, name: string]>([[[1, 'Ada']], [[2, 'Linus']]])

clicks
  .join(users.window(2 * interval))
  .map(([, [page, name]]) => `${name} saw ${page}`)
  .print()

ssc.start()
await ssc.awaitTermination()
