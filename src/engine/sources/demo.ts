import type { Partition } from '../batch/partition.ts'
import { UsageError } from '../plan/errors.ts'
import { dueBetween } from './reading/due.ts'
import { defineSource } from './record.ts'

/** Lines of one partition. */
const LINES = 8192

/** Written for this program; of no other source. */
const TEXT: readonly string[] = [
  'A river is never the same water twice',
  'and yet we call it by one name.',
  'It begins with rain on a high field,',
  'a drop that finds another drop,',
  'a thread of water under the grass.',
  'The thread becomes a brook, and the brook',
  'runs over stones and counts them all.',
  'Where two brooks meet they make a stream;',
  'where two streams meet they make a river.',
  'No one can hold a river in a bucket,',
  'but a bucket at a time you can know it:',
  'how cold it is, how clear, how fast,',
  'how many leaves went by since the last bell.',
  'The miller does not ask for the whole river.',
  'The miller asks for the water of this minute,',
  'and turns the wheel, and lets the water go.',
  'A bridge is a good place to count from:',
  'ten boats, two swans, a chair, a hat,',
  'and then the water, and then the water.',
  'In the dry month the river is a line of pools',
  'and the herons stand in it like clocks.',
  'In the wet month the river forgets its banks',
  'and walks about the meadow in the night.',
  'The fish do not know the name of the river.',
  'The fish know the current and keep their place in it.',
  'Every river has a table of its own:',
  'the stones at the bottom, sorted by weight,',
  'the sand above the stones, the silt above the sand.',
  'What the river drops in one place',
  'it has carried from another.',
  'At the weir the water waits for its turn,',
  'and falls, and is counted, and goes on.',
  'Slow water is deep, and fast water is loud,',
  'and the deep and the loud arrive at the same sea.',
  'The sea keeps the sum of all the rivers',
  'and is not full, and sends the rain again.',
]

/** `demo`: something to look at before there is a stream of one's own. */
export const demoSource = defineSource({
  name: 'demo',
  summary: 'Make lines of an English text about rivers, over and over.',
  description: 'Endless until --batches or --timeout; the same batch times give the same batches.',
  elements: 'lines',
  arguments: [],
  flags: [{ name: 'lines-per-second', type: 'number', default: 20, summary: 'lines a second' }],
  pull: (call, context) => {
    const perSecond = call.number('lines-per-second')
    if (!(perSecond > 0)) throw new UsageError('--lines-per-second is more than 0')
    return {
      finished: false,
      // What is due by a time depends on nothing else.
      position: () => null,
      again(_position, time) {
        return this.blocks(time)
      },
      *blocks(time): Generator<Partition> {
        const { from, to } = dueBetween(perSecond, context, time)
        for (let first = from; first < to; first += LINES) {
          const count = Math.min(LINES, to - first)
          const lines = Array.from(
            { length: count },
            (_, index) => `${TEXT[(first + index) % TEXT.length]}\n`,
          )
          yield { kind: 'text', bytes: Buffer.from(lines.join('')), count }
        }
      },
    }
  },
})
