/**
 * Counts the words of topics of Kafka every two seconds (Spark: DirectKafkaWordCount). It reads what comes from its start
 * on, or behind what the group has committed; it commits nothing itself.
 *
 *   node --import=tsx examples/direct-kafka-word-count.ts localhost:9092 consumer-group topic1,topic2
 *
 * The same in a shell:
 *   dstream kafka topic1 topic2 --brokers localhost:9092 --interval 2s flatmap split reduce-by-key print --format spark
 */
import {
  ConsumerStrategies,
  KafkaUtils,
  LocationStrategies,
  Seconds,
  StreamingContext,
  StringDeserializer,
} from 'dstream'

const [brokers, groupId, topics] = process.argv.slice(2)
if (brokers === undefined || groupId === undefined || topics === undefined)
  throw new Error('expected: BROKERS GROUP TOPICS')

const ssc = new StreamingContext({ appName: 'DirectKafkaWordCount', batchDuration: Seconds(2) })

const kafkaParams = {
  'bootstrap.servers': brokers,
  'group.id': groupId,
  'key.deserializer': StringDeserializer,
  'value.deserializer': StringDeserializer,
}
const messages = KafkaUtils.createDirectStream(
  ssc,
  LocationStrategies.PreferConsistent,
  ConsumerStrategies.Subscribe(new Set(topics.split(',')), kafkaParams),
)

const lines = messages.map(({ value }) => value ?? '')
const words = lines.flatMap((line) => line.split(' '))
const counts = words.map((word) => [word, 1] as const).reduceByKey((a, b) => a + b)
counts.print()

ssc.start()
await ssc.awaitTermination()
