// The SDK alone: reads a stream's shards to their ends, one call behind the other for each, and says how many records came.
import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
} from '@aws-sdk/client-kinesis'
import { NodeHttpHandler } from '@smithy/node-http-handler'

const [endpoint, stream] = process.argv.slice(2)
const client = new KinesisClient({ endpoint, region: 'us-east-1', requestHandler: new NodeHttpHandler() })
const { Shards } = await client.send(new ListShardsCommand({ StreamName: stream }))
let [records, bytes] = [0, 0]

async function readShard({ ShardId }) {
  const start = { StreamName: stream, ShardId, ShardIteratorType: 'TRIM_HORIZON' }
  let { ShardIterator } = await client.send(new GetShardIteratorCommand(start))
  for (;;) {
    const page = await client.send(new GetRecordsCommand({ ShardIterator }))
    for (const { Data } of page.Records) {
      records += 1
      bytes += Data.length
    }
    if (page.MillisBehindLatest === 0 && page.Records.length === 0) return
    ShardIterator = page.NextShardIterator
  }
}

await Promise.all(Shards.map(readShard))
console.log(`${records}\t${bytes}`)
client.destroy()
