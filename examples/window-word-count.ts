/**
 * Counts, every ten seconds, the words of the last thirty (Spark: `reduceByKeyAndWindow` of the programming guide).
 * Standard input is the source; where it ends, the last window is printed without waiting for it.
 *
 *   tail -f app.log | node --import=tsx examples/window-word-count.ts
 *
 * The same in a shell: tail -f app.log | dstream flatmap split reduce-by-key-and-window sum 30s 10s
 */
import { Seconds, StreamingContext } from 'dstream'

const ssc = new StreamingContext({ appName: 'WindowWordCount', batchDuration: Seconds(1) })
ssc.source('stdin').flatMap('split').map('pair').reduceByKeyAndWindow('sum', Seconds(30), Seconds(10)).print()

ssc.start()
await ssc.awaitTermination()
