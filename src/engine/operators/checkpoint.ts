import type { Duration } from '../stream/types.ts'
import { defineOperator } from './record.ts'

/** `checkpoint INTERVAL`. Spark: `DStream.checkpoint`. */
export const checkpoint = defineOperator({
  name: 'checkpoint',
  summary: 'Hand the stream on as it is, and say how often its state would be saved; nothing is saved yet.',
  description: 'INTERVAL is a multiple of the slide of the stream.',
  kind: 'narrow',
  keepsElements: true,
  arguments: [
    { name: 'interval', type: 'duration', required: true, summary: 'how often state is saved, such as 10s' },
  ],
  flags: [],
  examples: [{ chain: 'checkpoint 10s', in: [['a', 'b'], []], out: [['a', 'b'], []] }],
  apply: (call) => ({ union: true, interval: call.number('interval') }),
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return this stream's elements unchanged. Nothing is saved yet: there are no checkpoints so far.
     *
     * @param interval milliseconds; a multiple of this stream's slide.
     */
    checkpoint(interval: Duration): DStream<T>
  }
}
