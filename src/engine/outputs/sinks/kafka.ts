import { SourceError } from '../../plan/errors.ts'
import { KafkaGone, TopicGone } from '../../sources/kafka/driver.ts'
import { type KafkaAddress, kafkaAddress } from './kafka/address.ts'
import { messagesOf, type Outgoing, requestsOf, sizeOf } from './kafka/messages.ts'
import { createWriter } from './kafka/platformatic-writer.ts'
import { type KafkaWriter, MessageTooLarge, type Tenure } from './kafka/writer.ts'
import type { Rows } from './rows.ts'
import { type OpenSink, type Sink, SinkLost, type SinkOptions } from './sink.ts'

/**
 * `kafka://BROKER,BROKER/TOPIC`: a message per element. With a checkpoint a batch is one transaction with its time, which is
 * kept as the offset of a group of the output's own; without one, the broker leaves out what a retry brings twice.
 */
export const openKafka: OpenSink = async (options) => new KafkaSink(options, kafkaAddress(options))

class KafkaSink implements Sink {
  readonly #address: KafkaAddress
  readonly #shown: string
  readonly #key: string | undefined
  /** Under which transactions are written; undefined where there are none. */
  readonly #name: string | undefined
  #writer: KafkaWriter | undefined
  #tenure: Tenure | undefined
  #isKnown = false
  #last = Number.NEGATIVE_INFINITY
  #turn = 0
  /** The batch under way, and which of its requests are not yet answered. */
  #batch: { readonly time: number; readonly requests: (readonly Outgoing[])[] } | undefined

  constructor({ shown, keys, identity, isRecoverable }: SinkOptions, address: KafkaAddress) {
    this.#address = address
    this.#shown = shown
    this.#key = keys[0]
    this.#name = isRecoverable ? `dstream-${identity}` : undefined
  }

  async write(time: number, rows: Rows): Promise<void> {
    try {
      const writer = await this.#connected()
      const partitions = await writer.partitions()
      if (time <= this.#last) return
      if (rows.elements.length > 0) {
        await this.#send(writer, time, rows, partitions)
        await writer.commit(time)
        this.#turn += 1
      }
      this.#last = time
      this.#batch = undefined
    } catch (error) {
      const isLost = error instanceof KafkaGone || (error instanceof TopicGone && this.#isKnown)
      // A transaction is begun anew; without one, the same writer must go on, for the broker knows what it had of it.
      if (this.#name !== undefined || !isLost || !this.#isKnown) await this.#leave(isLost)
      if (isLost) throw new SinkLost(error.message)
      throw error instanceof TopicGone
        ? new SourceError(`there is no topic ${this.#address.topic} at ${this.#shown}`, 'Create it first.')
        : error
    }
  }

  async close(): Promise<void> {
    await this.#leave(false)
  }

  async #connected(): Promise<KafkaWriter> {
    if (this.#writer !== undefined) return this.#writer
    const writer = await createWriter(this.#address, this.#name, this.#tenure)
    this.#writer = writer
    // A message for a topic that is not there would be tried for long, without a word.
    await writer.partitions()
    this.#isKnown = true
    if (this.#name !== undefined) this.#last = (await writer.takeOver()) ?? this.#last
    return writer
  }

  async #send(writer: KafkaWriter, time: number, rows: Rows, partitions: number): Promise<void> {
    if (this.#batch?.time !== time) {
      const messages = messagesOf(rows, this.#key, partitions, this.#turn)
      this.#batch = { time, requests: requestsOf(messages) }
    }
    const { requests } = this.#batch
    for (let request = requests[0]; request !== undefined; request = requests[0]) {
      try {
        await writer.send(request, time)
        requests.shift()
      } catch (error) {
        if (!(error instanceof MessageTooLarge)) throw error
        if (request.length === 1)
          throw new SourceError(
            `a message of ${sizeOf(request[0] as Outgoing)} bytes is larger than the topic ${this.#address.topic} takes`,
            'Raise its max.message.bytes, or make the message smaller.',
          )
        const middle = Math.ceil(request.length / 2)
        requests.splice(0, 1, request.slice(0, middle), request.slice(middle))
      }
    }
  }

  /** Let the writer go; the next one writes the batch from its start, where it was one transaction. */
  async #leave(isLost: boolean): Promise<void> {
    const writer = this.#writer
    this.#writer = undefined
    this.#batch = undefined
    this.#tenure = writer?.tenure() ?? this.#tenure
    await writer?.close(isLost)
  }
}
