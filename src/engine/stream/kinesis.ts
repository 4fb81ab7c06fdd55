import { UsageError } from '../plan/errors.ts'
import type { KinesisMessage } from '../sources/kinesis/message.ts'
import type { DStream } from './dstream.ts'
import type { StorageLevel } from './storage-level.ts'
import type { StreamingContext } from './streaming-context.ts'
import type { Duration } from './types.ts'

/** Where shards are begun that no earlier run has read (Spark: `KinesisInitialPosition`). */
export type KinesisInitialPosition = { readonly from: string }

/** Spark: `KinesisInitialPositions`. */
export const KinesisInitialPositions = {
  /** What comes from the start on; Spark's default. */
  Latest: class implements KinesisInitialPosition {
    readonly from = 'latest'
  },
  /** The oldest record that is kept. */
  TrimHorizon: class implements KinesisInitialPosition {
    readonly from = 'trim-horizon'
  },
  /** What came at a time or later. */
  AtTimestamp: class implements KinesisInitialPosition {
    readonly from: string

    constructor(time: Date) {
      this.from = time.toISOString()
    }
  },
} as const

/** Makes a stream of Kinesis step by step (Spark: `KinesisInputDStream.Builder`). */
export class KinesisInputDStreamBuilder {
  #context: StreamingContext | undefined
  #stream: string | undefined
  readonly #flags: Record<string, unknown> = {}

  /** The context that the stream belongs to. Required. */
  streamingContext(context: StreamingContext): this {
    this.#context = context
    return this
  }

  /** Name of the stream. Required. */
  streamName(name: string): this {
    this.#stream = name
    return this
  }

  /** URL of the service; that of the region where absent. */
  endpointUrl(url: string): this {
    return this.#with('endpoint', url)
  }

  /** AWS region; `AWS_REGION` where absent. */
  regionName(name: string): this {
    return this.#with('region', name)
  }

  /** Where to begin; `Latest` where absent. */
  initialPosition(position: KinesisInitialPosition): this {
    return this.#with('from', position.from)
  }

  /**
   * Name of the application: programs of the same name share the shards, by a table of DynamoDB. Unlike in Spark it may be
   * absent: this program then reads all of them.
   */
  checkpointAppName(name: string): this {
    return this.#with('app', name)
  }

  /** Time between two checkpoints in the table of the application; the batch interval where absent. */
  checkpointInterval(interval: Duration): this {
    return this.#with('app-interval', interval)
  }

  /** URL of DynamoDB; that of the region where absent. */
  dynamoDBEndpointUrl(url: string): this {
    return this.#with('dynamodb-endpoint', url)
  }

  /** For Spark's sake: blocks are processed as they arrive, and stored nowhere. */
  storageLevel(_level: StorageLevel): this {
    return this
  }

  /** For Spark's sake: nothing is sent to CloudWatch. */
  metricsLevel(_level: string): this {
    return this
  }

  /** Return the stream: the data of each record, as text. */
  build(): DStream<string> {
    return this.#build()
  }

  /** Return the stream of what `messageHandler` makes of each record, which has its data as bytes. */
  buildWithMessageHandler<T>(messageHandler: (message: KinesisMessage) => T): DStream<T> {
    return this.#build({ handler: messageHandler })
  }

  #with(flag: string, value: unknown): this {
    this.#flags[flag] = value
    return this
  }

  #build<T>(more: Readonly<Record<string, unknown>> = {}): DStream<T> {
    const [context, stream] = [this.#context, this.#stream]
    if (context === undefined) throw new UsageError('KinesisInputDStream: streamingContext(…) is missing')
    if (stream === undefined) throw new UsageError('KinesisInputDStream: streamName(…) is missing')
    return context.source<T>('kinesis', [stream], { ...this.#flags, ...more })
  }
}

/** Spark: `KinesisInputDStream`. */
export const KinesisInputDStream = {
  /** A new builder. */
  get builder(): KinesisInputDStreamBuilder {
    return new KinesisInputDStreamBuilder()
  },
} as const
