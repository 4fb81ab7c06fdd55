import type { KinesisClient } from '@aws-sdk/client-kinesis'
import { SourceError } from '../../plan/errors.ts'
import { Attempts, nameOf, reasonIn } from '../clients/attempts.ts'
import { makeClient, serviceName } from '../clients/aws-client.ts'
import type { KinesisOptions } from './options.ts'
import { iteratorStart, type Position } from './positions.ts'

/** One shard of a stream. */
export interface Shard {
  readonly id: string
  /** Those that it came from by a split or a merge. */
  readonly parents: readonly string[]
  /** Nothing is written to it any more. */
  readonly isClosed: boolean
}

/** One record as Kinesis gives it. */
export interface RawRecord {
  readonly SequenceNumber?: string | undefined
  readonly ApproximateArrivalTimestamp?: Date | undefined
  readonly Data?: Uint8Array | undefined
  readonly PartitionKey?: string | undefined
}

/** What one call for records gives. */
export interface Page {
  readonly records: readonly RawRecord[]
  /** Where to go on; undefined at the end of a shard. */
  readonly next: string | undefined
  /** Milliseconds behind the end of the shard. */
  readonly behind: number
}

/** What is read of a stream. */
export interface StreamClient {
  readonly name: string
  /** The shards that there are. */
  shards(): Promise<readonly Shard[]>
  /** Begin to read a shard; undefined where it is not there any more. */
  iterator(shard: string, position: Position): Promise<string | undefined>
  /** Read on; undefined where the iterator is too old. */
  records(iterator: string): Promise<Page | undefined>
  close(): void
}

/** Open a stream. Rejects with SourceError where the library is missing. */
export async function openStream(options: KinesisOptions): Promise<StreamClient> {
  const sdk = await import('@aws-sdk/client-kinesis').catch(() => {
    throw new SourceError(
      'kinesis: needs the packages @aws-sdk/client-kinesis and @smithy/node-http-handler',
      'Install them: npm install @aws-sdk/client-kinesis @smithy/node-http-handler',
    )
  })
  const client = await makeClient(options, options.endpoint, (settings) => new sdk.KinesisClient(settings))
  return new KinesisStream(sdk, client, options)
}

class KinesisStream implements StreamClient {
  readonly name: string
  readonly #sdk: typeof import('@aws-sdk/client-kinesis')
  readonly #client: KinesisClient
  readonly #stream: string
  readonly #attempts: Attempts

  constructor(sdk: typeof import('@aws-sdk/client-kinesis'), client: KinesisClient, options: KinesisOptions) {
    this.name = serviceName('kinesis', options.endpoint, options.region)
    this.#sdk = sdk
    this.#client = client
    this.#stream = options.stream
    this.#attempts = new Attempts({ ...options.retry, name: this.name })
  }

  async shards(): Promise<readonly Shard[]> {
    const found: Shard[] = []
    let token: string | undefined
    do {
      const of = token === undefined ? { StreamName: this.#stream } : { NextToken: token }
      const { Shards = [], NextToken } = await this.#ask((abortSignal) =>
        this.#client.send(new this.#sdk.ListShardsCommand(of), { abortSignal }),
      )
      for (const shard of Shards) {
        const { ShardId, ParentShardId, AdjacentParentShardId, SequenceNumberRange } = shard
        found.push({
          id: ShardId as string,
          parents: [ParentShardId, AdjacentParentShardId].filter((id) => id !== undefined),
          isClosed: SequenceNumberRange?.EndingSequenceNumber !== undefined,
        })
      }
      token = NextToken
    } while (token !== undefined)
    return found
  }

  async iterator(shard: string, position: Position): Promise<string | undefined> {
    const request = { StreamName: this.#stream, ShardId: shard, ...iteratorStart(position) }
    try {
      const answer = await this.#attempts.run((abortSignal) =>
        this.#client.send(new this.#sdk.GetShardIteratorCommand(request), { abortSignal }),
      )
      return answer.ShardIterator
    } catch (error) {
      if (nameOf(error) === 'ResourceNotFoundException') return undefined
      throw this.#named(error)
    }
  }

  async records(iterator: string): Promise<Page | undefined> {
    try {
      const { Records, NextShardIterator, MillisBehindLatest } = await this.#attempts.run((abortSignal) =>
        this.#client.send(new this.#sdk.GetRecordsCommand({ ShardIterator: iterator }), { abortSignal }),
      )
      // A closed shard ends with null from some servers.
      return { records: Records ?? [], next: NextShardIterator ?? undefined, behind: MillisBehindLatest ?? 0 }
    } catch (error) {
      if (nameOf(error) === 'ExpiredIteratorException') return undefined
      throw this.#named(error)
    }
  }

  close(): void {
    this.#client.destroy()
  }

  async #ask<T>(call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    try {
      return await this.#attempts.run(call)
    } catch (error) {
      throw this.#named(error)
    }
  }

  #named(error: unknown): unknown {
    if (error instanceof SourceError) return error
    if (nameOf(error) === 'ResourceNotFoundException')
      return new SourceError(
        `${this.name}: there is no stream ${this.#stream}`,
        'Create it, or see --region and --endpoint.',
      )
    return new SourceError(`${this.name}: ${nameOf(error)}: ${reasonIn(error)}`)
  }
}
