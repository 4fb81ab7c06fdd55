import { UsageError } from '../plan/errors.ts'
import { type Address, poll } from './flume/polling.ts'
import { RESTART_DELAY } from './reading/receiver-supervisor.ts'
import { defineSource } from './record.ts'

/** `flume-polling HOST:PORT…`. Spark: `FlumeUtils.createPollingStream`, FlumePollingInputDStream. */
export const flumePollingSource = defineSource({
  name: 'flume-polling',
  summary: "Ask Spark's sink inside of Flume agents for events.",
  description:
    'The agents run org.apache.spark.streaming.flume.sink.SparkSink, or one that speaks its protocol. An element is the ' +
    'body of an event, as text. A sink forgets a batch when it is safe: in memory, with --checkpoint on the disk.',
  elements: 'lines',
  elementsWith: ({ with: given }) => (given === undefined ? 'lines' : 'values'),
  arguments: [
    {
      name: 'addresses',
      type: 'string',
      required: true,
      variadic: true,
      summary: 'where sinks listen, each HOST:PORT',
    },
  ],
  flags: [
    {
      name: 'max-batch-size',
      type: 'integer',
      default: 1000,
      summary: 'events that a sink gives at once, at most',
    },
    { name: 'parallelism', type: 'integer', default: 5, summary: 'requests at once, to all sinks' },
    {
      name: 'with',
      type: 'string',
      options: ['headers'],
      summary: 'an element is a record of headers and body',
    },
    {
      name: 'retry',
      type: 'duration',
      summary: 'how long to wait before connecting again; 2s where absent',
    },
  ],
  receive: async (call, receiver) => {
    const counts = { maxBatchSize: call.number('max-batch-size'), parallelism: call.number('parallelism') }
    if (counts.maxBatchSize < 1) throw new UsageError('flume-polling: --max-batch-size is 1 at least')
    if (!(counts.parallelism >= 1 && counts.parallelism <= 1000))
      throw new UsageError('flume-polling: --parallelism is 1 to 1000')
    const retry =
      (call.value('retry') as number | undefined) ?? receiver.settings.receiverRestartDelay ?? RESTART_DELAY
    const addresses = call.strings('addresses').map(addressFrom)
    await poll({ ...counts, addresses, retry, withHeaders: call.value('with') !== undefined }, receiver)
  },
})

function addressFrom(text: string): Address {
  const [, bracketed, plain, digits] = /^(?:\[(.+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? []
  const port = Number(digits)
  const host = bracketed ?? plain
  if (host === undefined || !(port >= 1 && port <= 65_535))
    throw new UsageError(`flume-polling expects HOST:PORT and got ${text}`, 'such as localhost:9988')
  return { host, port }
}
