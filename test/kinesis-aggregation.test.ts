/** Records of the Kinesis Producer Library, and how shards are shared: row S6, issue 7 line 3. */
import fc from 'fast-check'
import tap from 'tap'
import { userRecords } from '../src/engine/sources/kinesis/aggregation.ts'
import { nextMove } from '../src/engine/sources/kinesis/balance.ts'
import type { Lease } from '../src/engine/sources/kinesis/lease.ts'
import { aggregated, field, number, sealed } from './support/aggregated.ts'

const records = fc.array(
  fc.record({
    key: fc.string({ maxLength: 8 }),
    data: fc.uint8Array({ maxLength: 300 }),
    tags: fc.array(fc.string({ maxLength: 4 }), { maxLength: 2 }),
  }),
  { minLength: 1, maxLength: 40 },
)

tap.test('S6 I7.3 an aggregated record gives those inside of it, in their order', async () => {
  fc.assert(
    fc.property(records, (inside) => {
      const found = userRecords(aggregated(inside)) ?? []
      return (
        found.length === inside.length &&
        found.every(
          ({ partitionKey, data }, index) =>
            partitionKey === inside[index]?.key && data.equals(Buffer.from(inside[index]?.data ?? [])),
        )
      )
    }),
  )
})

tap.test('S6 I7.3 what has another digest, or is cut off, is a record itself', async () => {
  fc.assert(
    fc.property(records, fc.nat(), fc.integer({ min: 1, max: 255 }), (inside, place, change) => {
      const bytes = aggregated(inside)
      const cut = bytes.subarray(0, place % bytes.length)
      const changed = Buffer.from(bytes)
      const at = place % changed.length
      changed[at] = (changed[at] as number) ^ change
      return userRecords(cut) === undefined && userRecords(changed) === undefined
    }),
  )
})

tap.test('S6 I7.3 any bytes end in an answer, those of a right digest too', async (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      if (userRecords(bytes) !== undefined) return false
      const found = userRecords(sealed(bytes))
      return found === undefined || Array.isArray(found)
    }),
    { numRuns: 2000 },
  )
  const data = field(3, Buffer.from('d'))
  t.equal(userRecords(sealed(field(3, Buffer.concat([number(1, 7), data])))), undefined, 'no such key')
  t.equal(
    userRecords(sealed(Buffer.concat([field(1, Buffer.from('k')), field(3, data)]))),
    undefined,
    'no index',
  )
  t.strictSame(userRecords(sealed(Buffer.alloc(0))), [], 'no records')
  const unknown = Buffer.concat([field(1, Buffer.from('k')), number(9, 2 ** 40), field(77, data)])
  t.strictSame(
    userRecords(sealed(Buffer.concat([unknown, field(3, Buffer.concat([number(1, 0), data]))]))),
    [{ partitionKey: 'k', data: Buffer.from('d') }],
    'fields of a later version are passed over',
  )
})

tap.test('S6 I7.3 processes that ask in turn come to even shares, and stay there', async () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('a', 'b', 'c', 'gone', undefined), { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 1, max: 3 }),
      (owners, workers) => {
        const names = ['a', 'b', 'c'].slice(0, workers)
        let leases: Lease[] = owners.map((owner, index) => ({
          shard: `s${index}`,
          owner,
          counter: 0,
          checkpoint: 'TRIM_HORIZON',
          wanted: undefined,
          parents: [],
        }))
        const isLeft = ({ owner }: Lease): boolean => owner !== undefined && !names.includes(owner)
        let moves = 0
        const round = (): void => {
          for (const me of names) {
            const { take, ask } = nextMove(leases, me, isLeft)
            moves += take.length + (ask === undefined ? 0 : 1)
            leases = leases.map((lease) =>
              take.includes(lease) || lease === ask ? { ...lease, owner: me } : lease,
            )
          }
        }
        for (let rounds = 0; rounds < 30; rounds++) round()
        const before = moves
        round()
        const counts = names.map((name) => leases.filter(({ owner }) => owner === name).length)
        return (
          moves === before &&
          Math.max(...counts) - Math.min(...counts) <= 1 &&
          leases.every((lease) => !isLeft(lease))
        )
      },
    ),
  )
})
