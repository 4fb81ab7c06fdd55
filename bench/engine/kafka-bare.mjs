// The client library alone: fetches all messages of a topic, touches each value, and says how many there were.
import { Admin, Consumer } from '@platformatic/kafka'

const [brokers, topic] = process.argv.slice(2)
const options = { clientId: 'bare', bootstrapBrokers: [brokers] }
const consumer = new Consumer({ ...options, groupId: 'bare' })
const admin = new Admin(options)
const { id, partitions } = (await consumer.metadata({ topics: [topic] })).topics.get(topic)
const ends = (await consumer.listOffsets({ topics: [topic], timestamp: -1n })).get(topic)
let [messages, bytes] = [0, 0]

async function readPartition(partition) {
  let next = 0n
  while (next < ends[partition]) {
    const response = await consumer.fetch({
      node: partitions[partition].leader,
      maxWaitTime: 200,
      minBytes: 1,
      maxBytes: 4 << 20,
      isolationLevel: 1,
      topics: [
        {
          topicId: id,
          partitions: [
            {
              partition,
              currentLeaderEpoch: -1,
              fetchOffset: next,
              lastFetchedEpoch: -1,
              partitionMaxBytes: 4 << 20,
            },
          ],
        },
      ],
    })
    for (const batch of response.responses[0].partitions[0].records ?? []) {
      for (const { value } of batch.records) {
        messages += 1
        bytes += value.length
      }
      next = batch.firstOffset + BigInt(batch.lastOffsetDelta) + 1n
    }
  }
}

await Promise.all(partitions.map((_, partition) => readPartition(partition)))
console.log(`${messages}\t${bytes}`)
await Promise.all([consumer.close(true), admin.close()])
