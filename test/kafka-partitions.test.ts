/** To which partition a key goes: issue 7 line 1. The vectors are those that Kafka's own clients are held to. */
import { randomBytes } from 'node:crypto'
import { compatibilityPartitioner } from '@platformatic/kafka'
import tap from 'tap'
import { keyHash } from '../src/engine/outputs/sinks/kafka/murmur2.ts'

const VECTORS: readonly (readonly [string, number])[] = [
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
]

tap.test('I7.1 the hash of a key is that of Java clients', async (t) => {
  for (const [key, hash] of VECTORS) t.equal(keyHash(Buffer.from(key)), hash & 0x7fffffff, key)
  for (let length = 0; length < 200; length++) {
    const key = randomBytes(length)
    const wanted = compatibilityPartitioner({ topic: '', value: key }, key)
    t.equal(keyHash(key), wanted, key.toString('hex'))
  }
})
