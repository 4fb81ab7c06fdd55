/**
 * Puts two streams together and shows the most frequent words as a table (Spark: `union`; `RDD.top`).
 *
 *   node --import=tsx examples/union-top.ts
 *
 * The same in a shell, over two sockets:
 *   dstream socket localhost 9999 socket localhost 9998 flatmap split filter not-empty reduce-by-key top 3
 */
import { Milliseconds, StreamingContext } from 'dstream'

const ssc = new StreamingContext({ appName: 'UnionTop', batchDuration: Milliseconds(100), batches: 2 })
const first = ssc.queueStream([['to be or not'], ['to be']])
const second = ssc.queueStream([['to be'], ['or else  or']])

first.union(second).flatMap('split').filter('notEmpty').countByValue().top(3).print(3, { format: 'table' })

ssc.start()
await ssc.awaitTermination()
