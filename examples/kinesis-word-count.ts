/**
 * Counts the words of a stream of Kinesis every two seconds (Spark: KinesisWordCountASL). Further processes of the same
 * application share its shards, by a table of DynamoDB.
 *
 *   node --import=tsx examples/kinesis-word-count.ts my-app my-stream https://kinesis.eu-central-1.amazonaws.com
 *   node --import=tsx examples/kinesis-word-count.ts my-app my-stream http://localhost:4567 http://localhost:4568
 */
import { KinesisInitialPositions, KinesisInputDStream, Milliseconds, StreamingContext } from 'dstream'

const [app, stream, endpoint, dynamodb] = process.argv.slice(2)
if (app === undefined || stream === undefined || endpoint === undefined)
  throw new Error('expected: APP STREAM ENDPOINT [DYNAMODB-ENDPOINT]')

const batchInterval = Milliseconds(2000)
const ssc = new StreamingContext({ appName: 'KinesisWordCount', batchDuration: batchInterval })

const builder = KinesisInputDStream.builder
  .streamingContext(ssc)
  .streamName(stream)
  .endpointUrl(endpoint)
  .initialPosition(new KinesisInitialPositions.Latest())
  .checkpointAppName(app)
  .checkpointInterval(batchInterval)
if (dynamodb !== undefined) builder.dynamoDBEndpointUrl(dynamodb)

const words = builder.build().flatMap('split')
const counts = words.map((word) => [word, 1] as const).reduceByKey((a, b) => a + b)
counts.print()

ssc.start()
await ssc.awaitTermination()
