import type { Admin, Consumer, Message, Producer } from '@platformatic/kafka'
import { TopicGone } from '../../../sources/kafka/driver.ts'
import { connectionOptions, loadLibrary } from '../../../sources/kafka/platformatic.ts'
import type { KafkaAddress } from './address.ts'
import type { Outgoing } from './messages.ts'
import { answered, briefly, patiently, SURELY_ENDED, TRANSACTION } from './waits.ts'
import type { KafkaWriter, Tenure } from './writer.ts'
import { writerError } from './writer-errors.ts'

type Library = typeof import('@platformatic/kafka')

/** Tries of the library beyond the first: with fewer, it tries for ever. */
const RETRIES = 2
const BETWEEN = 10

/**
 * Return a writer over `@platformatic/kafka`. With a `name` it writes transactions under it; `tenure` is that of the writer
 * before it in this process.
 */
export async function createWriter(
  address: KafkaAddress,
  name: string | undefined,
  tenure: Tenure | undefined,
): Promise<KafkaWriter> {
  return new PlatformaticWriter(await loadLibrary(), address, name, tenure)
}

class PlatformaticWriter implements KafkaWriter {
  readonly #address: KafkaAddress
  readonly #producer: Producer
  /** Of the group of the name, where marks are kept. */
  readonly #consumer: Consumer | undefined
  readonly #admin: Admin | undefined
  #tenure: Tenure | undefined
  #transaction: Awaited<ReturnType<Producer['beginTransaction']>> | undefined
  #coordinator: number | undefined
  /** What of a list that failed is not yet written. */
  #left: { readonly of: readonly Outgoing[]; readonly messages: readonly Outgoing[] } | undefined

  constructor(library: Library, address: KafkaAddress, name?: string, tenure?: Tenure) {
    this.#address = address
    this.#tenure = tenure
    const options = {
      ...connectionOptions(address.settings),
      retries: RETRIES,
      retryDelay: BETWEEN,
      timeout: TRANSACTION,
      autocreateTopics: false,
    }
    this.#producer = new library.Producer({
      ...options,
      idempotent: true,
      compression: address.compression,
      ...(name === undefined ? {} : { transactionalId: name }),
    })
    if (name === undefined) return
    this.#consumer = new library.Consumer({ ...options, groupId: name })
    this.#admin = new library.Admin(options)
  }

  async partitions(): Promise<number> {
    const { topic } = this.#address
    return this.#ask(async () => {
      const count =
        (await answered(this.#producer.metadata({ topics: [topic] }))).topics.get(topic)?.partitionsCount ?? 0
      if (count === 0) throw new TopicGone(topic)
      return count
    })
  }

  async takeOver(): Promise<number | undefined> {
    return this.#ask(async () => {
      await this.#begin()
      const { topic } = this.#address
      const groupId = this.#consumer?.groupId ?? ''
      const groups = [{ groupId, topics: [{ name: topic, partitionIndexes: [0] }] }]
      const [group] = (await this.#admin?.listConsumerGroupOffsets({ groups, requireStable: true })) ?? []
      const mark = group?.topics[0]?.partitions[0]?.committedOffset ?? -1n
      return mark < 0n ? undefined : Number(mark)
    }, true)
  }

  tenure(): Tenure | undefined {
    return this.#tenure
  }

  async send(messages: readonly Outgoing[], time: number): Promise<void> {
    const { topic } = this.#address
    const headers = new Map([[Buffer.from('batch_time'), Buffer.from(String(time))]])
    const left = this.#left?.of === messages ? this.#left.messages : messages
    const toProduce = left.map(({ key, value, partition }) => ({
      topic,
      partition,
      headers,
      // The library writes what is no key and no value as null, and its types know of no null.
      key: key as Buffer,
      value: value as Buffer,
    }))
    await this.#ask(async () => {
      if (this.#consumer !== undefined) {
        await this.#begin()
        // Kafka refuses the next transaction for a moment, until all partitions know of the end of the last one.
        await patiently(async () => this.#transaction?.send({ messages: toProduce }))
        return
      }
      try {
        // A broker that has just started has no number for a producer yet.
        await patiently(() => this.#producer.send({ messages: toProduce }))
        this.#left = undefined
      } catch (error) {
        const written = new Set((error as Produced).produced?.offsets?.map(({ partition }) => partition))
        this.#left = { of: messages, messages: left.filter(({ partition }) => !written.has(partition)) }
        throw error
      }
    })
  }

  async commit(mark: number): Promise<void> {
    const consumer = this.#consumer
    const transaction = this.#transaction
    if (consumer === undefined || transaction === undefined) return
    await this.#ask(async () => {
      this.#coordinator ??= await patiently(() => consumer.findGroupCoordinator())
      await patiently(() => transaction.addConsumer(consumer))
      const { groupId } = consumer
      // The mark stands as the offset that a reader of the topic would have read up to; the library adds one to it.
      const read = {
        topic: this.#address.topic,
        partition: 0,
        offset: BigInt(mark) - 1n,
        metadata: { consumer: { groupId, generationId: -1, memberId: '', coordinatorId: this.#coordinator } },
      }
      await transaction.addOffset(read as unknown as Message)
      await transaction.commit()
      this.#transaction = undefined
    })
  }

  async close(isLost: boolean): Promise<void> {
    // Who reads what is committed would wait behind a transaction that is left open.
    if (this.#transaction !== undefined && !isLost) await briefly(this.#transaction.abort())
    await briefly(
      Promise.allSettled([this.#producer.close(true), this.#consumer?.close(true), this.#admin?.close()]),
    )
  }

  async #begin(): Promise<void> {
    if (this.#transaction !== undefined) return
    const held = this.#tenure
    this.#transaction = await patiently(async () => {
      try {
        return await this.#producer.beginTransaction({
          producerId: held?.producerId ?? -1n,
          producerEpoch: held?.epoch ?? -1,
        })
      } catch (error) {
        await this.#producer.transaction?.cancel()
        throw error
      }
    })
    const { producerId, producerEpoch } = this.#producer
    if (producerId !== undefined && producerEpoch !== undefined)
      this.#tenure = { producerId, epoch: producerEpoch }
  }

  async #ask<T>(question: () => Promise<T>, isTakingOver = false): Promise<T> {
    try {
      // The library may lose a question with its connection: a transaction is then begun anew, and what it had is dropped.
      const answer = question()
      return await (this.#consumer === undefined ? answer : answered(answer, SURELY_ENDED))
    } catch (error) {
      this.#producer.clearMetadata()
      throw writerError(error, this.#address, isTakingOver)
    }
  }
}

/** What the library adds to the error of a request of which some partitions were written. */
interface Produced {
  readonly produced?: { readonly offsets?: readonly { readonly partition: number }[] }
}
