/** Spark's names for Kafka against a real broker: S2, issue 7 line 1, example A12-5; users-asks row 27. */
import { Producer, stringSerializers } from '@platformatic/kafka'
import tap, { type Test } from 'tap'
import {
  ByteArrayDeserializer,
  ConsumerStrategies,
  HasOffsetRanges,
  type KafkaParams,
  KafkaUtils,
  LocationStrategies,
  Milliseconds,
  OffsetRange,
  type RDD,
  SparkContext,
  StreamingContext,
  TopicPartition,
} from '../../src/index.ts'
import { blocksOf, live } from '../support/examples.ts'
import { realKafka, SURE } from '../support/real/kafka.ts'

tap.setTimeout(600_000)
const PASSWORD = 'secret-7c1'
const server = await realKafka('reader', PASSWORD)
if (server === undefined) {
  tap.fail('Kafka is not installed, and could not be: it needs java and mvn')
  process.exit(1)
}
tap.teardown(() => server.remove())
const { administer, brokers, create } = server

/** Produce values, the n-th into partition n modulo `partitions`. */
async function produce(topic: string, values: readonly string[], partitions = 1): Promise<void> {
  const producer = new Producer({
    ...SURE,
    bootstrapBrokers: [brokers],
    serializers: stringSerializers,
  })
  try {
    const messages = values.map((value, index) => ({
      topic,
      key: `k${index}`,
      partition: index % partitions,
      value,
      headers: { n: String(index) },
    }))
    await producer.send({ messages, acks: -1 })
  } finally {
    await producer.close()
  }
}

const numbers = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, index) => String(from + index))

const PARAMS: KafkaParams = { 'bootstrap.servers': brokers, 'auto.offset.reset': 'earliest' }

/** A context whose output is kept. */
function contextOf(t: Test, more: { readonly checkpoint?: string } = {}) {
  const reports: string[] = []
  const port = {
    format: 'table',
    write: () => undefined,
    show: () => undefined,
    report: (message: string) => void reports.push(message),
  }
  const ssc = new StreamingContext({ batchDuration: Milliseconds(100), port, ...more })
  t.teardown(() => ssc.stop())
  return { ssc, reports }
}

/** Wait until something is so. */
async function until(what: () => boolean, said = () => ''): Promise<void> {
  const deadline = performance.now() + 60_000
  while (!what()) {
    if (performance.now() > deadline) throw new Error(`never so: ${said()}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

tap.test(
  'S2 I7.1 asks-27 a stream has records, a partition for each of Kafka, and its ranges with each batch',
  async (t) => {
    await create('records', 3)
    await produce('records', numbers(300), 3)
    const { ssc, reports } = contextOf(t)
    const stream = KafkaUtils.createDirectStream(
      ssc,
      LocationStrategies.PreferConsistent,
      ConsumerStrategies.Subscribe(['records'], PARAMS),
    )
    const ranges: OffsetRange[][] = []
    const records: unknown[] = []
    const sizes: number[][] = []
    stream.foreachRDD((rdd) => {
      const own = HasOffsetRanges.of(rdd)
      if (rdd.isEmpty()) {
        t.strictSame(own, [])
        return
      }
      ranges.push(own)
      sizes.push(
        rdd
          .glom()
          .collect()
          .map((part) => part.length),
      )
      records.push(...rdd.collect())
    })
    ssc.start()
    await until(
      () => records.length >= 300,
      () => `${records.length} ${reports}`,
    )
    await produce('records', ['more'])
    await until(() => records.length >= 301)
    await ssc.stop(true, true)
    t.match(records[0], {
      topic: 'records',
      partition: 0,
      offset: 0,
      key: 'k0',
      value: '0',
      headers: { n: '0' },
    })
    t.equal(records.length, 301)
    t.strictSame(
      ranges.map((own) => own.map(String)),
      [
        [
          "OffsetRange(topic: 'records', partition: 0, range: [0 -> 100])",
          "OffsetRange(topic: 'records', partition: 1, range: [0 -> 100])",
          "OffsetRange(topic: 'records', partition: 2, range: [0 -> 100])",
        ],
        ["OffsetRange(topic: 'records', partition: 0, range: [100 -> 101])"],
      ],
    )
    t.strictSame(sizes, [[100, 100, 100], [1]])
  },
)

/** Run a stream until it has had so many values; return them, and the ranges of each batch that had some. */
async function read(
  t: Test,
  strategy: ReturnType<typeof ConsumerStrategies.Subscribe<string, string>>,
  count: number,
  commits = false,
): Promise<{ values: string[]; ranges: string[] }> {
  const { ssc, reports } = contextOf(t)
  const stream = KafkaUtils.createDirectStream(ssc, LocationStrategies.PreferBrokers, strategy)
  const values: string[] = []
  const ranges: string[] = []
  stream.foreachRDD((rdd) => {
    const own = HasOffsetRanges.of(rdd)
    values.push(...rdd.map(({ value }) => value ?? '').collect())
    ranges.push(...own.map((range) => `${range.topicPartition()}: ${range.fromOffset} ${range.untilOffset}`))
    if (commits) void stream.commitAsync(own)
  })
  ssc.start()
  await until(
    () => values.length >= count,
    () => `${values.length} of ${count}, ${reports}`,
  )
  await ssc.stop(true, true)
  return { values, ranges }
}

tap.test('S2 strategies: by name, by pattern, by assignment, each from offsets', async (t) => {
  for (const topic of ['by-name', 'by-other']) {
    await create(topic, 2)
    await produce(topic, numbers(20), 2)
  }
  const [first, second] = [new TopicPartition('by-name', 0), new TopicPartition('by-name', 1)]
  const offsets = new Map([
    [first, 8],
    [second, 9],
  ])
  const named = await read(t, ConsumerStrategies.Subscribe(['by-name'], PARAMS, offsets), 3)
  t.strictSame(named.values.sort(), ['16', '18', '19'])
  t.strictSame(named.ranges, ['by-name-0: 8 10', 'by-name-1: 9 10'])
  const pattern = await read(t, ConsumerStrategies.SubscribePattern(/by-.*/, PARAMS, offsets), 23)
  t.strictSame(pattern.ranges, ['by-name-0: 8 10', 'by-name-1: 9 10', 'by-other-0: 0 10', 'by-other-1: 0 10'])
  const other = { topic: 'by-other', partition: 0 }
  const assigned = await read(t, ConsumerStrategies.Assign([second, other], PARAMS, [[other, 7]]), 13)
  t.strictSame(assigned.ranges, ['by-name-1: 0 10', 'by-other-0: 7 10'])
})

tap.test('S2 commitAsync commits for the group, and a stream begins behind what the group has', async (t) => {
  await create('committed', 2)
  await produce('committed', numbers(10), 2)
  const params: KafkaParams = { ...PARAMS, 'group.id': 'readers' }
  const strategy = ConsumerStrategies.Subscribe(['committed'], params)
  const first = await read(t, strategy, 10, true)
  t.strictSame(first.values.length, 10)
  await produce('committed', ['more', 'and more'], 2)
  const second = await read(t, strategy, 2)
  t.strictSame(second.values, ['more', 'and more'])
  const groups = await administer((admin) => admin.listConsumerGroupOffsets({ groups: ['readers'] }))
  t.strictSame(groups[0]?.topics[0]?.partitions.map(({ committedOffset }) => committedOffset).sort(), [
    5n,
    5n,
  ])
  const none: KafkaParams = { ...params, 'group.id': 'nobody', 'auto.offset.reset': 'none' }
  const { ssc } = contextOf(t)
  KafkaUtils.createDirectStream(
    ssc,
    LocationStrategies.PreferConsistent,
    ConsumerStrategies.Subscribe(['committed'], none),
  ).foreachRDD(() => {})
  ssc.start()
  await t.rejects(
    ssc.awaitTermination(),
    /no offset to begin with for committed:0, committed:1.*auto.offset.reset/,
  )
})

tap.test(
  'S2 asks-27 ranges ride on the batch through its stages, and are clear on what is no batch of Kafka',
  async (t) => {
    await create('stages')
    await produce('stages', ['a b', 'b'])
    const { ssc } = contextOf(t)
    const stream = KafkaUtils.createDirectStream(
      ssc,
      LocationStrategies.PreferFixed([[new TopicPartition('stages', 0), 'localhost']]),
      ConsumerStrategies.Subscribe(['stages'], PARAMS),
    )
    const ranges = new Map<string, string>()
    const note = (name: string, rdd: RDD<unknown>): void => {
      if (!rdd.isEmpty()) ranges.set(name, HasOffsetRanges.of(rdd).join())
    }
    const words = stream.map(({ value }) => value ?? '').flatMap('split')
    words.countByValue().foreachRDD((rdd) => note('counted', rdd))
    stream.union(stream).foreachRDD((rdd) => note('union', rdd))
    stream
      .transform((rdd) => {
        note('transform', rdd)
        return rdd.map(({ offset }) => offset)
      })
      .foreachRDD((rdd) => note('behind transform', rdd))
    const faults: string[] = []
    const fault = (rdd: RDD<unknown>): void => {
      try {
        HasOffsetRanges.of(rdd)
      } catch (error) {
        faults.push((error as Error).message)
      }
    }
    words.window(Milliseconds(200)).foreachRDD((rdd) => fault(rdd))
    ssc.queueStream([['x']]).foreachRDD((rdd) => fault(rdd))
    words.foreachRDD((rdd) => fault(rdd.map((word) => word)))
    ssc.start()
    await until(() => ranges.size >= 4 && faults.length >= 3)
    await ssc.stop(true, true)
    const range = "OffsetRange(topic: 'stages', partition: 0, range: [0 -> 2])"
    t.strictSame(Object.fromEntries(ranges), {
      counted: range,
      union: range,
      transform: range,
      'behind transform': range,
    })
    t.strictSame(
      [...new Set(faults)],
      ['HasOffsetRanges.of expects a batch of a stream of Kafka; this RDD has no offset ranges'],
    )
  },
)

tap.test(
  'asks-27 F5 ranges of a batch that runs again after a failure, and of batches that wait',
  async (t) => {
    await create('again', 2)
    await produce('again', numbers(10), 2)
    const folder = t.testdir()
    const lives: string[][] = []
    const told: string[][] = []
    const run = async (failsAt: number, values: number, delay: number) => {
      const ranges: string[] = []
      const metadata: string[] = []
      let read = 0
      lives.push(ranges)
      told.push(metadata)
      const { ssc, reports } = contextOf(t, { checkpoint: `${folder}/checkpoint` })
      const stream = KafkaUtils.createDirectStream(
        ssc,
        LocationStrategies.PreferConsistent,
        ConsumerStrategies.Subscribe(['again'], PARAMS),
      )
      ssc.addStreamingListener({
        onBatchStarted: ({ batchInfo: { streamIdToInputInfo: inputs } }) => {
          for (const { metadata: its } of inputs.values())
            for (const line of String(its.Description ?? '').split('\n')) if (line !== '') metadata.push(line)
        },
      })
      stream.foreachRDD(async (rdd) => {
        const own = HasOffsetRanges.of(rdd)
        ranges.push(
          ...own.map(
            ({ topic, partition, fromOffset, untilOffset }) =>
              `${topic}:${partition} offsets ${fromOffset} to ${untilOffset}`,
          ),
        )
        read += rdd.count()
        if (own.length > 0 && failsAt > 0 && read >= failsAt) throw new Error('on purpose')
        await new Promise((resolve) => setTimeout(resolve, delay))
      })
      ssc.start()
      if (failsAt > 0) await t.rejects(ssc.awaitTermination(), /on purpose/)
      else {
        await until(
          () => read >= values,
          () => `${read} ${reports}`,
        )
        await ssc.stop(true, true)
      }
    }
    await run(10, 0, 0)
    const writing = (async () => {
      for (let round = 0; round < 5; round++) {
        await produce('again', numbers(4), 2)
        await new Promise((resolve) => setTimeout(resolve, 300))
      }
    })()
    await run(0, 30, 400)
    await writing
    const [first, second] = lives as [string[], string[]]
    t.strictSame(first, ['again:0 offsets 0 to 5', 'again:1 offsets 0 to 5'])
    t.strictSame(second.slice(0, 2), first, 'the batch that failed has the same again')
    for (const partition of [0, 1]) {
      const own = second.filter((range) => range.startsWith(`again:${partition} `))
      const ends = own.map((range) => range.split(' ').slice(-1)[0])
      const starts = own.map((range) => range.split(' ').at(-3))
      t.strictSame(starts, ['0', ...ends.slice(0, -1)], 'without a gap')
      t.equal(ends.at(-1), '15')
      t.ok(own.length >= 3, `${own}`)
    }
    t.strictSame(told, lives, 'listeners are told the same')
  },
)

tap.test('S2 createRDD reads ranges, one partition for each, and says what is not there', async (t) => {
  await create('bounded', 2)
  await produce('bounded', numbers(20), 2)
  const sc = new SparkContext('local[2]', 'test')
  const ranges = [OffsetRange.create('bounded', 1, 2, 5), OffsetRange.create('bounded', 0, 0, 1)]
  const params = { 'bootstrap.servers': brokers, 'value.deserializer': ByteArrayDeserializer }
  const rdd = await KafkaUtils.createRDD(sc, params, ranges)
  t.equal(rdd.getNumPartitions(), 2)
  t.strictSame(
    rdd
      .map(({ partition, offset, key, value }) => [
        partition,
        offset,
        key,
        new TextDecoder().decode(value ?? undefined),
      ])
      .collect(),
    [
      [1, 2, 'k5', '5'],
      [1, 3, 'k7', '7'],
      [1, 4, 'k9', '9'],
      [0, 0, 'k0', '0'],
    ],
  )
  t.strictSame(HasOffsetRanges.of(rdd), ranges)
  t.notOk(HasOffsetRanges.has(rdd.map(({ value }) => value)))
  const beyond = [OffsetRange.create('bounded', 0, 5, 12)]
  await t.rejects(KafkaUtils.createRDD(sc, params, beyond), /bounded:0 ends at 10, and offsets before 12/)
  await t.rejects(
    KafkaUtils.createRDD(sc, { ...params, 'bootstrap.servers': '127.0.0.1:1' }, ranges),
    /127.0.0.1:1/,
  )
})

tap.test('S2 passwords in kafkaParams let in, and stand in no error', async (t) => {
  await create('secured')
  await produce('secured', ['here'])
  const secured = (password: string): KafkaParams => ({
    'bootstrap.servers': server.secured,
    'security.protocol': 'SASL_PLAINTEXT',
    'sasl.mechanism': 'PLAIN',
    'sasl.jaas.config': `org.apache.kafka.common.security.plain.PlainLoginModule required username="reader" password="${password}";`,
  })
  const sc = SparkContext.getOrCreate()
  const ranges = [OffsetRange.create('secured', 0, 0, 1)]
  const rdd = await KafkaUtils.createRDD(sc, secured(PASSWORD), ranges)
  t.strictSame(rdd.map(({ value }) => value).collect(), ['here'])
  const error = await KafkaUtils.createRDD(sc, secured('mistaken'), ranges).catch((reason: Error) => reason)
  t.match(String(error), /refuses/)
  t.notMatch(String(error), /mistaken/)
})

for (const form of ['ts', 'sh'] as const) {
  tap.test(`A12-5 direct-kafka-word-count.${form} beside a broker`, async (t) => {
    const topics = [`words-${form}`, `others-${form}`] as const
    for (const topic of topics) await create(topic)
    let isSent = false
    const { stdout, stderr } = await live(
      `direct-kafka-word-count.${form}`,
      [brokers, 'counters', topics.join(',')],
      (text, stop) => {
        if (!isSent && text.includes('Time:')) {
          isSent = true
          void produce(topics[0], ['hello world', 'hello']).then(() => produce(topics[1], ['again']))
        }
        if (text.includes('(hello,2)') && text.includes('(again,1)') && text.endsWith('\n\n')) stop()
      },
    )
    t.equal(stderr, '')
    const pairs = blocksOf(stdout)
      .flatMap((block) => block.split('\n'))
      .filter((line) => line !== '')
    t.strictSame(pairs.sort(), ['(again,1)', '(hello,2)', '(world,1)'])
  })
}
