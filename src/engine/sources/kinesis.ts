import { kinesisOptions } from './kinesis/options.ts'
import { readStream } from './kinesis/reading.ts'
import { defineSource } from './record.ts'

/** `kinesis STREAM`. Spark: `KinesisInputDStream`. */
export const kinesisSource = defineSource({
  name: 'kinesis',
  summary: 'Read a stream of Amazon Kinesis.',
  description:
    'An element is the data of a record, as text. Records of a shard keep their order, and shards that came of a split or a ' +
    'merge are read after those that they came from. Aggregated records of the Kinesis Producer Library are taken apart. ' +
    'With --checkpoint each record comes exactly once. Without --app this process reads all shards; with it, processes of ' +
    'the same name share them by leases in a table of DynamoDB. Credentials are found as the AWS SDK finds them. Reading is ' +
    'by polling: there is no enhanced fan-out.',
  elements: 'lines',
  elementsWith: ({ with: fields, handler }) =>
    fields === undefined && handler === undefined ? 'lines' : 'values',
  arguments: [{ name: 'stream', type: 'string', required: true, summary: 'name of the stream' }],
  flags: [
    { name: 'endpoint', type: 'string', summary: 'URL of the service, where it is not that of the region' },
    { name: 'region', type: 'string', summary: 'AWS region; AWS_REGION where absent' },
    {
      name: 'from',
      type: 'string',
      default: 'latest',
      summary: 'where to begin the first time: trim-horizon, latest, or a time such as 2026-11-23T12:00:00Z',
    },
    {
      name: 'until',
      type: 'string',
      options: ['now'],
      summary: 'end when what was there at the start has been read',
    },
    {
      name: 'with',
      type: 'string',
      options: ['partition-key', 'sequence', 'all'],
      summary: 'an element is a record of data and these fields',
    },
    {
      name: 'handler',
      type: 'function',
      role: 'map',
      summary: 'what makes an element of a record with its bytes, ./my-format.ts#read',
    },
    {
      name: 'idle',
      type: 'duration',
      summary: 'how long to wait where a shard has nothing new; 250ms where absent',
    },
    { name: 'app', type: 'string', summary: 'name of the application whose processes share the shards' },
    {
      name: 'app-interval',
      type: 'duration',
      summary: 'time between two checkpoints in its table; a batch where absent',
    },
    {
      name: 'lease-duration',
      type: 'duration',
      summary: 'time after which a silent process has lost its shards; 10s where absent',
    },
    { name: 'dynamodb-endpoint', type: 'string', summary: 'URL of DynamoDB, for --app' },
  ],
  receive: async (call, receiver) => {
    const options = kinesisOptions(call, receiver)
    const reading = readStream(options, receiver)
    if (options.app !== undefined) receiver.holdEnd(reading)
    await reading
  },
})
