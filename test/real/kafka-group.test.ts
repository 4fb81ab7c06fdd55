/** Processes that share the partitions of topics, beside a real broker: row S2, issue 7 line 1, users-asks 13 and 28. */
import { Admin, Producer } from '@platformatic/kafka'
import tap, { type Test } from 'tap'
import { realKafka, SURE } from '../support/real/kafka.ts'
import { dstream } from '../support/run.ts'
import { Session } from '../support/session.ts'

const found = await realKafka('reader', 'hidden')
if (found === undefined) throw new Error('Kafka is not installed, and could not be')
const server = found
tap.teardown(() => server.remove())

const options = { clientId: 'test', bootstrapBrokers: [server.brokers] }
const admin = new Admin(options)
const producer = new Producer({ ...options, ...SURE })
tap.teardown(() => Promise.all([admin.close(), producer.close()]))

const PARTITIONS = 6

const create = (topic: string): Promise<unknown> =>
  admin.createTopics({ topics: [topic], partitions: PARTITIONS, replicas: 1 })

/** Send the numbers from `from` on and before `until`, dealt to all partitions. */
async function produce(topic: string, from: number, until: number): Promise<void> {
  const messages = Array.from({ length: until - from }, (_, index) => ({
    topic,
    partition: (from + index) % PARTITIONS,
    value: Buffer.from(String(from + index)),
  }))
  for (let at = 0; at < messages.length; at += 5000)
    await producer.send({ messages: messages.slice(at, at + 5000) })
}

const words = (topic: string): string[] => [
  ...['kafka', topic, '--brokers', server.brokers, '--group', topic, '--share', '--from', 'earliest'],
  ...['--interval', '200ms'],
]

/** A member of a group, and what it has printed. */
class Member extends Session {
  get numbers(): number[] {
    return this.stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => Number(line))
  }

  /** How many partitions it said last that it reads. */
  get partitions(): number {
    const said = [...this.stderr.matchAll(/this process reads (.+)/g)].at(-1)?.[1] ?? 'none'
    return said === 'none' ? 0 : said.split(', ').length
  }
}

function member(t: Test, topic: string, ...more: string[]): Member {
  const started = new Member([...words(topic), ...more, 'emit'])
  t.teardown(() => started.child.kill('SIGKILL'))
  return started
}

async function eventually(isSo: () => boolean, members: readonly Member[], seconds = 40): Promise<void> {
  const deadline = Date.now() + seconds * 1000
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error(members.map(({ stderr }) => stderr).join('\n---\n'))
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

const all = (count: number): number[] => Array.from({ length: count }, (_, index) => index)
const sorted = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b)

tap.test(
  'S2 I7.1 asks-28 partitions move to who comes and back from who goes; nothing is lost',
  async (t) => {
    await create('moved')
    await produce('moved', 0, 3000)
    const first = member(t, 'moved')
    await eventually(() => first.partitions === PARTITIONS && first.numbers.length === 3000, [first])
    const second = member(t, 'moved')
    // While partitions move, messages come.
    for (let sent = 3000; sent < 9000; sent += 500) {
      await produce('moved', sent, sent + 500)
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
    await eventually(() => first.partitions === 3 && second.partitions === 3, [first, second])
    await produce('moved', 9000, 12_000)
    const count = (): number => first.numbers.length + second.numbers.length
    const distinct = (): number => new Set([...first.numbers, ...second.numbers]).size
    await eventually(() => distinct() === 12_000, [first, second])
    t.strictSame(sorted([...new Set([...first.numbers, ...second.numbers])]), all(12_000))
    t.ok(second.numbers.length > 1000, `${second.numbers.length} were read by the second`)
    const left = Date.now()
    first.child.kill('SIGINT')
    t.equal((await first.ended).code, 0, first.stderr)
    await eventually(() => second.partitions === PARTITIONS, [second])
    t.ok(Date.now() - left < 5000, 'who goes says so: nobody waits until it is missed')
    await produce('moved', 12_000, 13_000)
    await eventually(() => distinct() === 13_000, [second])
    t.strictSame(sorted([...new Set([...first.numbers, ...second.numbers])]), all(13_000))
    t.comment(`${count() - 13_000} of 13,000 were read twice`)
    second.child.kill('SIGINT')
    t.equal((await second.ended).code, 0)
  },
)

tap.test(
  'S2 I7.1 asks-28 who dies is missed: others go on behind what it had committed, nothing is lost',
  async (t) => {
    await create('died')
    const members = [member(t, 'died'), member(t, 'died')]
    const [first, second] = members as [Member, Member]
    await eventually(() => first.partitions === 3 && second.partitions === 3, members)
    let sent = 0
    for (let round = 0; round < 10; round++) {
      await produce('died', sent, sent + 1000)
      sent += 1000
      if (round === 6) first.child.kill('SIGKILL')
      await new Promise((resolve) => setTimeout(resolve, 150))
    }
    await first.ended
    await eventually(() => second.partitions === PARTITIONS, [second])
    const read = (): number[] => members.flatMap(({ numbers }) => numbers)
    await eventually(() => new Set(read()).size === sent, [second])
    t.strictSame(sorted([...new Set(read())]), all(sent))
    const twice = read().length - sent
    t.comment(`${twice} of ${sent} were read twice`)
    // What the dead one had printed and not committed: at most its last batches.
    t.ok(twice <= 3000, `${twice} were read twice`)
    second.child.kill('SIGINT')
    t.equal((await second.ended).code, 0)
  },
)

tap.test(
  'S2 I7.1 asks-13 --until end with a shared group ends when all of it is read, by whomever',
  async (t) => {
    await create('ended')
    await produce('ended', 0, 40_000)
    const limits = ['--until', 'end', '--max-rate', '6000']
    const members = [member(t, 'ended', ...limits), member(t, 'ended', ...limits)]
    const ends = await Promise.all(members.map(({ ended }) => ended))
    for (const { code, stderr } of ends) t.equal(code, 0, stderr)
    const read = members.flatMap(({ numbers }) => numbers)
    t.equal(new Set(read).size, 40_000)
    // At least once: what a member has shown when it loses a partition, and not yet committed, comes again.
    const twice = read.length - 40_000
    t.comment(`${twice} of 40,000 were read twice`)
    t.ok(twice <= 8000, members.map(({ stderr }) => stderr).join('---\n'))
    t.ok(
      members.every(({ numbers }) => numbers.length > 1000),
      members.map(({ numbers }) => numbers.length).join(' and '),
    )
  },
)

tap.test('S2 I7.1 what cannot stand together with --share is refused', async (t) => {
  const base = ['kafka', 'moved', '--brokers', server.brokers, '--share']
  const cases: readonly [words: readonly string[], said: RegExp][] = [
    [[], /--share needs --group/],
    [['--group', 'g', '--partitions', '0'], /--share and --partitions/],
    [['--group', 'g', '--from', 'moved:0=5'], /--from expects earliest or latest/],
    [['--group', 'g', '--checkpoint', `${t.testdir()}/c`], /cannot be used with a checkpoint/],
  ]
  for (const [more, said] of cases) {
    const ran = await dstream([...base, ...more, 'emit'])
    t.equal(ran.code, 2, more.join(' '))
    t.match(ran.stderr, said)
  }
})
