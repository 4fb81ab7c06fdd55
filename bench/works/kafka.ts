/** Words of a topic of a real broker: dstream, Spark Structured Streaming, and the client library that counts nothing. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Producer } from '@platformatic/kafka'
import { type RealKafka, realKafka } from '../../test/support/real/kafka.ts'
import { java, withJars } from '../contenders.ts'
import { median, run } from '../measure.ts'
import { atLeast, type Section, table, type Work } from '../section.ts'
import { BENCH, CONTENDERS, DSTREAM, type Settings } from '../settings.ts'

const TOPIC = 'words'
const PARTITIONS = 2
const MESSAGE_BYTES = 100
/** Messages of one call of the producer, and so of one record batch. */
const CALL = 1000

interface Contender {
  readonly name: string
  readonly command: (brokers: string) => readonly string[]
  /** Whether the time within the program counts, behind its start: for a JVM, whose start is no work. */
  readonly inside?: boolean
  /** The sum of all that it counted. */
  readonly total: (stdout: string) => number
}

const ours = ['kafka', TOPIC, '--from', 'earliest', '--until', 'end', '--interval', '1s', '--brokers']
const words = ['flatmap', 'split: ', 'reduce-by-key', 'emit']

const DSTREAMS: Contender = {
  name: 'dstream',
  command: (brokers) => [process.execPath, DSTREAM, ...ours, brokers, ...words],
  total: sumOfCounts,
}
const BARE: Contender = {
  name: 'the client library alone',
  command: (brokers) => [process.execPath, join(BENCH, 'engine/kafka-bare.mjs'), brokers, TOPIC],
  total: (stdout) => Number(stdout.split('\t')[0]),
}
const SPARK: Contender = {
  name: 'Structured Streaming, local[2], without the start of its JVM',
  command: (brokers) => withJars('spark-kafka', java('spark', 'KafkaWordCount', brokers, TOPIC)),
  inside: true,
  total: sumOfCounts,
}

function sumOfCounts(stdout: string): number {
  let sum = 0
  for (const line of stdout.split('\n')) sum += Number(line.slice(line.lastIndexOf('\t') + 1))
  return sum
}

/** Lines of words out of 10,000, each of `MESSAGE_BYTES` bytes. */
function* messages(count: number): Generator<{ readonly value: string; readonly words: number }> {
  let seed = 42
  for (let made = 0; made < count; made += 1) {
    let value = ''
    let words = 0
    while (value.length < MESSAGE_BYTES - 8) {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff
      value += `${value === '' ? '' : ' '}w${(seed >> 8) % 10_000}`
      words += 1
    }
    yield { value: value.padEnd(MESSAGE_BYTES, 'x'), words }
  }
}

/** Fill the topic, and return how many words it has. */
async function fill(kafka: RealKafka, count: number): Promise<number> {
  const producer = new Producer({ clientId: 'bench', bootstrapBrokers: [kafka.brokers] })
  const { Admin } = await import('@platformatic/kafka')
  const admin = new Admin({ clientId: 'bench', bootstrapBrokers: [kafka.brokers] })
  await admin.createTopics({ topics: [TOPIC], partitions: PARTITIONS, replicas: 1 })
  let total = 0
  let call: { topic: string; partition: number; value: Buffer }[] = []
  let sent = 0
  for (const { value, words } of messages(count)) {
    total += words
    call.push({ topic: TOPIC, partition: sent % PARTITIONS, value: Buffer.from(value) })
    if (call.length === CALL || sent * CALL + call.length === count) {
      await producer.send({ messages: call })
      sent += 1
      call = []
    }
  }
  await Promise.all([producer.close(), admin.close()])
  return total
}

async function measure({ quick, pairs, limit }: Settings): Promise<Section> {
  const kafka = await realKafka('user', 'password')
  if (kafka === undefined) throw new Error('no broker of Kafka can be had here')
  const count = quick ? 500_000 : 5_000_000
  const found = new Map<Contender, { seconds: number[]; user: number[] }>()
  try {
    const total = await fill(kafka, count)
    const hasSpark =
      existsSync(join(CONTENDERS, 'spark-kafka')) && existsSync(join(CONTENDERS, 'spark/classes'))
    if (!hasSpark) console.error('  Spark is not installed: npm run bench:setup -- spark-jvm spark-kafka')
    const contenders = hasSpark ? [DSTREAMS, BARE, SPARK] : [DSTREAMS, BARE]
    for (const contender of contenders) found.set(contender, { seconds: [], user: [] })
    for (let round = 0; round < Math.min(pairs, 5); round += 1) {
      for (const [contender, { seconds, user }] of found) {
        const ran = run(contender.command(kafka.brokers), { way: 'none', path: '' }, limit)
        const counted = contender.total(ran.stdout)
        const expected = contender === BARE ? count : total
        if (ran.code !== 0 || counted !== expected)
          throw new Error(
            `${contender.name} ended with ${ran.code}, ${counted} of ${expected}: ${ran.stderr}`,
          )
        seconds.push(contender.inside ? ran.input : ran.wall)
        user.push(ran.user + ran.system)
        console.error(
          `  ${contender.name}: ${seconds.at(-1)?.toFixed(2)} s, ${user.at(-1)?.toFixed(2)} s of processor`,
        )
      }
    }
  } finally {
    await kafka.remove()
  }
  const secondsOf = (contender: Contender): number => median(found.get(contender)?.seconds ?? [])
  const rows = [...found].map(([{ name }, { seconds, user }]) => [
    name,
    median(seconds).toFixed(2),
    median(user).toFixed(2),
    Math.round(count / median(seconds)).toLocaleString('en'),
  ])
  return {
    title: 'Kafka: words of a topic',
    text: `${count.toLocaleString('en')} messages of ${MESSAGE_BYTES} bytes in ${PARTITIONS} partitions of a broker on the same machine, read from the
start to the end. The client library alone fetches and counts the messages, and does not look into them; its time and
that of dstream are those of whole processes. The broker works on the same two cores.

${table(['', 'seconds', 'processor', 'messages/s'], rows)}`,
    goals: [
      atLeast(
        'Kafka: as fast as the client library alone, at least 0.9 ×',
        secondsOf(BARE) / secondsOf(DSTREAMS),
        0.9,
      ),
      atLeast(
        'Kafka: faster than Structured Streaming, at least 5 ×',
        secondsOf(SPARK) / secondsOf(DSTREAMS),
        5,
      ),
    ],
  }
}

/** `npm run bench -- kafka`. */
export const kafka: Work = {
  name: 'kafka',
  summary: 'words of a topic, against the client library alone and Spark',
  measure,
}
