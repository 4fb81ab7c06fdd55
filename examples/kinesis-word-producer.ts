/**
 * Puts records of random numbers below 10 into a stream of Kinesis, five times, and says how often each number was sent
 * (Spark: KinesisWordProducerASL).
 *
 *   node --import=tsx examples/kinesis-word-producer.ts my-stream http://localhost:4567 10 5
 */
import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis'
import { NodeHttpHandler } from '@smithy/node-http-handler'

const [stream, endpoint, recordsPerSecond = '10', wordsPerRecord = '5'] = process.argv.slice(2)
if (stream === undefined || endpoint === undefined)
  throw new Error('expected: STREAM ENDPOINT [RECORDS-PER-SECOND] [WORDS-PER-RECORD]')

const region = process.env.AWS_REGION ?? 'us-east-1'
const client = new KinesisClient({ endpoint, region, requestHandler: new NodeHttpHandler() })
const totals = new Map<number, number>()

for (let round = 0; round < 5; round++) {
  const records = Array.from({ length: Number(recordsPerSecond) }, (_, place) => {
    const words = Array.from({ length: Number(wordsPerRecord) }, () => Math.floor(10 * Math.random()))
    for (const word of words) totals.set(word, (totals.get(word) ?? 0) + 1)
    return { Data: Buffer.from(words.join(' ')), PartitionKey: `partitionKey-${place}` }
  })
  await client.send(new PutRecordsCommand({ StreamName: stream, Records: records }))
  console.log(`Sent ${records.length} records`)
  await new Promise((resolve) => setTimeout(resolve, 1000))
}

console.log('Totals for the words sent')
for (const [word, total] of [...totals].sort(([a], [b]) => a - b)) console.log(`(${word},${total})`)
