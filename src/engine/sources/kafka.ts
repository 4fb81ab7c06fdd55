import { readFileSync } from 'node:fs'
import { UsageError } from '../plan/errors.ts'
import type { KafkaDriver, KafkaSettings } from './kafka/driver.ts'
import { KafkaInput, type KafkaInputOptions } from './kafka/kafka-input.ts'
import { lazyDriver } from './kafka/lazy-driver.ts'
import { lazyRegistry } from './kafka/lazy-registry.ts'
import { ELEMENT_FORMS, type ElementForm } from './kafka/messages.ts'
import { endPlace, type StartPlace, startPlace } from './kafka/places.ts'
import { type StartOptions, startsOf } from './kafka/starts.ts'
import { reasonOf } from './reading/errors.ts'
import { defineSource, type PullContext, type SourceCall } from './record.ts'

/** `kafka TOPIC…`. Spark: `KafkaUtils.createDirectStream`. */
export const kafkaSource = defineSource({
  name: 'kafka',
  summary: 'Read topics of Kafka, exactly so far in each batch as they have come.',
  description:
    'A batch has a range of offsets of each partition, known to listeners, and kept by `--checkpoint` in place of the ' +
    'messages: killed and started again, each message is in one batch. No group is needed; `--group` commits for one what ' +
    'the outputs have, for others to see; with `--share` its processes share the partitions, and one that ends leaves them to the others. A topic that is not there is waited for, a broker too; partitions that are added ' +
    'are read from their start. The password of `--user` stands in `DSTREAM_KAFKA_PASSWORD`.',
  elements: 'values',
  elementsWith: ({ with: form, registry }) =>
    registry === undefined && (form === undefined || form === 'value') ? 'lines' : 'values',
  arguments: [{ name: 'topics', type: 'string', required: true, variadic: true, summary: 'their names' }],
  flags: [
    {
      name: 'brokers',
      type: 'string',
      default: 'localhost:9092',
      summary: 'HOST:PORT of some, joined by commas',
    },
    { name: 'pattern', type: 'boolean', summary: 'TOPICS are regular expressions of whole names' },
    { name: 'partitions', type: 'string', summary: 'only these partitions of each topic, such as 0,2' },
    {
      name: 'from',
      type: 'string',
      summary: 'latest (the default), earliest, committed, a time, or offsets as topic:0=5,1=7',
    },
    { name: 'since', type: 'duration', summary: 'begin so long ago' },
    { name: 'until', type: 'string', summary: 'end where that is reached: end, now or a time' },
    {
      name: 'with',
      type: 'string',
      options: ELEMENT_FORMS,
      default: 'value',
      summary: 'what an element is: the value, the pair of key and value, or a record of all',
    },
    {
      name: 'registry',
      type: 'string',
      summary: 'URL of a schema registry by which values, and keys, are decoded into records',
    },
    { name: 'group', type: 'string', summary: 'commit for this group; --from committed begins behind that' },
    {
      name: 'share',
      type: 'boolean',
      summary: 'share the partitions with all processes that say the same --group and --share',
    },
    {
      name: 'max-rate-per-partition',
      type: 'integer',
      summary: 'read at most so many messages a second of each',
    },
    {
      name: 'isolation',
      type: 'string',
      options: ['read_committed', 'read_uncommitted'],
      default: 'read_committed',
      summary: 'whether messages of transactions under way count',
    },
    { name: 'tls', type: 'boolean', summary: 'talk to brokers by TLS' },
    { name: 'tls-ca', type: 'string', summary: 'a file with the certificate of who signed theirs' },
    {
      name: 'sasl',
      type: 'string',
      options: ['plain', 'scram-sha-256', 'scram-sha-512'],
      summary: 'how --user says who it is',
    },
    { name: 'user', type: 'string', summary: 'the name that brokers know' },
  ],
  notRecoverable: ({ share }) =>
    share === true
      ? 'with --share the places are those of the group, and the partitions may be others after a restart'
      : undefined,
  pull: (call, context) => {
    const settings = settingsOf(call)
    const driver: KafkaDriver = lazyDriver(settings)
    return new KafkaInput(driver, inputOptions(call, context, settings), context)
  },
})

function inputOptions(call: SourceCall, context: PullContext, { brokers }: KafkaSettings): KafkaInputOptions {
  const group = call.value('group') as string | undefined
  const until = call.value('until') as string | undefined
  const partitions = call.value('partitions') as string | undefined
  const from = fromOf(call, context)
  const isShared = call.boolean('share')
  if (isShared) checkShared(from, group, partitions)
  if (from === 'committed' && group === undefined)
    throw new UsageError('kafka: --from committed needs --group')
  if (partitions !== undefined && !/^\d+(,\d+)*$/.test(partitions))
    throw new UsageError(`kafka: --partitions expects numbers such as 0,2, got ${partitions}`)
  const topics = call.strings('topics').flatMap((words) => words.split(','))
  checkTopics(topics, call.boolean('pattern'))
  return {
    subscription: {
      topics,
      isPattern: call.boolean('pattern'),
      ...(partitions === undefined ? {} : { partitions: partitions.split(',').map(Number) }),
    },
    from,
    ...(until === undefined ? {} : { until: endPlace(until, context.clock.now()) }),
    form: formOf(call, context),
    ...(group === undefined ? {} : { group }),
    ...(isShared ? { isShared, starts: startsOf(sharedStart(group, from)) } : {}),
    maxRatePerPartition:
      (call.value('max-rate-per-partition') as number | undefined) ??
      (context.settings?.kafkaMaxRatePerPartition || Number.POSITIVE_INFINITY),
    minRatePerPartition: context.settings?.kafkaMinRatePerPartition ?? 1,
    brokers: brokers.join(','),
  }
}

function checkShared(from: StartPlace, group: string | undefined, partitions: string | undefined): void {
  if (group === undefined) throw new UsageError('kafka: --share needs --group')
  if (partitions !== undefined)
    throw new UsageError(
      'kafka: --share and --partitions cannot stand together',
      'The group says who reads which.',
    )
  if (from !== 'latest' && from !== 'earliest' && from !== 'committed')
    throw new UsageError(
      'kafka: with --share, --from expects earliest or latest',
      'It counts where the group has committed nothing yet.',
    )
}

/** Behind what the group has, wherever a partition comes from. */
function sharedStart(group: string | undefined, from: StartPlace): StartOptions {
  const reset = from === 'latest' ? 'latest' : 'earliest'
  return { offsets: new Map(), ...(group === undefined ? {} : { group }), reset }
}

function formOf(call: SourceCall, context: PullContext): KafkaInputOptions['form'] {
  const form = call.string('with') as ElementForm
  const registry = call.value('registry') as string | undefined
  return registry === undefined ? form : lazyRegistry(registry, form, call, context)
}

function fromOf(call: SourceCall, context: PullContext): StartPlace {
  const from = call.value('from') as string | undefined
  const since = call.value('since') as number | undefined
  if (from !== undefined && since !== undefined)
    throw new UsageError('kafka: --from and --since cannot stand together')
  return since === undefined ? startPlace(from ?? 'latest') : { timestamp: context.clock.now() - since }
}

function checkTopics(topics: readonly string[], isPattern: boolean): void {
  for (const topic of topics) {
    if (isPattern) {
      try {
        new RegExp(topic)
      } catch (error) {
        throw new UsageError(`kafka: ${reasonOf(error)}`)
      }
    } else if (!/^[\w.-]{1,249}$/.test(topic)) throw new UsageError(`kafka: ${topic} is no name of a topic`)
  }
}

function settingsOf(call: SourceCall): KafkaSettings {
  const user = call.value('user') as string | undefined
  const sasl = call.value('sasl') as string | undefined
  const authority = call.value('tls-ca') as string | undefined
  const password = process.env.DSTREAM_KAFKA_PASSWORD
  if (user === undefined && sasl !== undefined) throw new UsageError('kafka: --sasl needs --user')
  if (user !== undefined && password === undefined)
    throw new UsageError('kafka: --user needs a password', 'Set DSTREAM_KAFKA_PASSWORD.')
  return {
    brokers: call.string('brokers').split(','),
    isolation: call.string('isolation') as KafkaSettings['isolation'],
    ...(call.boolean('tls') || authority !== undefined
      ? { tls: authority === undefined ? {} : { authority: readAuthority(authority) } }
      : {}),
    ...(user === undefined || password === undefined
      ? {}
      : { sasl: { mechanism: (sasl ?? 'plain').toUpperCase(), user, password } }),
  }
}

function readAuthority(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new UsageError(`kafka: --tls-ca ${path}: ${reasonOf(error)}`)
  }
}
