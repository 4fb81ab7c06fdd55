import { isFunctionReference } from '../plan/plan.ts'
import { DirectInput, type DirectStreamOptions } from './kafka/direct-stream.ts'
import { lazyDriver } from './kafka/lazy-driver.ts'
import { defineSource } from './record.ts'

/** A program's stream of Kafka: `KafkaUtils.createDirectStream`. Not a command. Spark: `DirectKafkaInputDStream`. */
export const kafkaDirectSource = defineSource({
  name: 'kafka-direct',
  internal: true,
  summary: 'Read topics of Kafka as a program says.',
  arguments: [{ name: 'options', type: 'value', required: true, summary: 'what is read, and from where on' }],
  flags: [],
  elements: 'values',
  pull: (call, context) => {
    const options = directOptionsOf(call.value('options')) as DirectStreamOptions
    return new DirectInput(lazyDriver(options.settings), options, call, context)
  },
})

/** Return the options in a value of a plan, where it is one of this source. */
function directOptionsOf(value: unknown): unknown {
  return isFunctionReference(value) && value.type === 'closure' ? value.call : undefined
}
