import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SourceError } from '../../plan/errors.ts'
import { Attempts, nameOf, reasonIn } from '../clients/attempts.ts'
import { makeClient, serviceName } from '../clients/aws-client.ts'
import { pause } from '../reading/pause.ts'
import { attribute, type Lease, leaseOf } from './lease.ts'
import type { AppOptions, KinesisOptions } from './options.ts'
import type { Position } from './positions.ts'

/** Milliseconds between two looks at a table that is being made. */
const MAKING = 200

type Names = 'leaseOwner' | 'leaseCounter' | 'checkpoint' | 'wantedBy'

/** The table of the leases of one application. */
export class LeaseTable {
  readonly name: string
  readonly #sdk: typeof import('@aws-sdk/client-dynamodb')
  readonly #client: DynamoDBClient
  readonly #table: string
  readonly #attempts: Attempts

  private constructor(
    sdk: typeof import('@aws-sdk/client-dynamodb'),
    client: DynamoDBClient,
    options: KinesisOptions,
    app: AppOptions,
    signal: AbortSignal,
  ) {
    this.name = serviceName('dynamodb', app.endpoint, options.region)
    this.#sdk = sdk
    this.#client = client
    this.#table = app.name
    this.#attempts = new Attempts({ ...options.retry, name: this.name, signal })
  }

  /**
   * Open the table, which is made where it is missing. Rejects with SourceError where it cannot be had.
   *
   * @param opening ends the wait for it.
   * @param signal aborted when nothing more may be asked.
   */
  static async open(
    options: KinesisOptions,
    app: AppOptions,
    opening: AbortSignal,
    signal: AbortSignal,
  ): Promise<LeaseTable> {
    const sdk = await import('@aws-sdk/client-dynamodb').catch(() => {
      throw new SourceError(
        'kinesis --app needs the package @aws-sdk/client-dynamodb',
        'Install it: npm install @aws-sdk/client-dynamodb',
      )
    })
    const client = await makeClient(options, app.endpoint, (settings) => new sdk.DynamoDBClient(settings))
    const table = new LeaseTable(sdk, client, options, app, signal)
    await table.#make(opening)
    return table
  }

  /** Return all leases. */
  async leases(): Promise<readonly Lease[]> {
    const found: Lease[] = []
    let start: Record<string, AttributeValue> | undefined
    do {
      const { Items = [], LastEvaluatedKey } = await this.#ask((abortSignal) =>
        this.#client.send(
          new this.#sdk.ScanCommand({
            TableName: this.#table,
            ConsistentRead: true,
            ...(start === undefined ? {} : { ExclusiveStartKey: start }),
          }),
          { abortSignal },
        ),
      )
      for (const item of Items) if (item.leaseKey?.S !== undefined) found.push(leaseOf(item))
      start = LastEvaluatedKey
    } while (start !== undefined)
    return found
  }

  /** Add the lease of a shard; false where there is one. */
  add(shard: string, checkpoint: Position, parents: readonly string[]): Promise<boolean> {
    return this.#ifHolds(() =>
      this.#ask((abortSignal) =>
        this.#client.send(
          new this.#sdk.PutItemCommand({
            TableName: this.#table,
            Item: {
              leaseKey: { S: shard },
              leaseCounter: { N: '0' },
              checkpoint: { S: checkpoint },
              ...(parents.length === 0 ? {} : { parentShardId: { SS: [...parents] } }),
            },
            ConditionExpression: 'attribute_not_exists(leaseKey)',
          }),
          { abortSignal },
        ),
      ),
    )
  }

  /** Have a lease, where it still is as it was seen; its counter goes on by one. */
  take(lease: Lease, owner: string): Promise<boolean> {
    const counter = lease.counter + 1
    return this.#change(
      lease,
      { leaseOwner: owner, leaseCounter: counter, wantedBy: undefined },
      'leaseCounter',
    )
  }

  /** Show that the owner lives. */
  renew(lease: Lease): Promise<boolean> {
    return this.#change(lease, { leaseCounter: lease.counter + 1 }, 'leaseOwner')
  }

  /** Say how far the owner has come; nobody else may. */
  checkpoint(lease: Lease, position: Position): Promise<boolean> {
    return this.#change(lease, { checkpoint: position }, 'leaseOwner')
  }

  /** Let go of a lease, for another process or for any. */
  release(lease: Lease, next?: string): Promise<boolean> {
    const change = { leaseOwner: next, leaseCounter: lease.counter + 1, wantedBy: undefined }
    return this.#change(lease, change, 'leaseOwner')
  }

  /** Ask the owner for a lease. */
  ask(lease: Lease, by: string): Promise<boolean> {
    return this.#change(lease, { wantedBy: by }, 'leaseOwner')
  }

  /** Forget the lease of a shard that is there no more. */
  async remove(shard: string): Promise<void> {
    await this.#ask((abortSignal) =>
      this.#client.send(
        new this.#sdk.DeleteItemCommand({ TableName: this.#table, Key: { leaseKey: { S: shard } } }),
        { abortSignal },
      ),
    )
  }

  close(): void {
    this.#client.destroy()
  }

  /** Change an item where its owner, or its counter, is still that of `lease`; false where it is not. */
  #change(
    lease: Lease,
    change: Readonly<Partial<Record<Names, string | number | undefined>>>,
    guard: 'leaseOwner' | 'leaseCounter',
  ): Promise<boolean> {
    const set: string[] = []
    const remove: string[] = []
    const values: Record<string, AttributeValue> = {}
    for (const [name, value] of Object.entries(change)) {
      if (value === undefined) remove.push(name)
      else {
        set.push(`${name} = :${name}`)
        values[`:${name}`] = attribute(value)
      }
    }
    values[':guard'] = attribute(guard === 'leaseOwner' ? (lease.owner ?? '') : lease.counter)
    const parts = [
      ...(set.length === 0 ? [] : [`SET ${set.join(', ')}`]),
      ...(remove.length === 0 ? [] : [`REMOVE ${remove.join(', ')}`]),
    ]
    return this.#ifHolds(() =>
      this.#ask((abortSignal) =>
        this.#client.send(
          new this.#sdk.UpdateItemCommand({
            TableName: this.#table,
            Key: { leaseKey: { S: lease.shard } },
            UpdateExpression: parts.join(' '),
            ConditionExpression: `${guard} = :guard`,
            ExpressionAttributeValues: values,
          }),
          { abortSignal },
        ),
      ),
    )
  }

  async #make(signal: AbortSignal): Promise<void> {
    const sdk = this.#sdk
    for (;;) {
      let status: string | undefined
      try {
        const { Table } = await this.#attempts.run((abortSignal) =>
          this.#client.send(new sdk.DescribeTableCommand({ TableName: this.#table }), { abortSignal }),
        )
        status = Table?.TableStatus
      } catch (error) {
        if (nameOf(error) !== 'ResourceNotFoundException') throw this.#named(error)
        await this.#create()
      }
      if (status === 'ACTIVE') return
      await pause(MAKING, signal)
      if (signal.aborted) throw new SourceError(`${this.name}: stopped`)
    }
  }

  async #create(): Promise<void> {
    const request = {
      TableName: this.#table,
      AttributeDefinitions: [{ AttributeName: 'leaseKey', AttributeType: 'S' as const }],
      KeySchema: [{ AttributeName: 'leaseKey', KeyType: 'HASH' as const }],
      BillingMode: 'PAY_PER_REQUEST' as const,
    }
    try {
      await this.#client.send(new this.#sdk.CreateTableCommand(request))
    } catch (error) {
      // Another process was quicker.
      if (nameOf(error) !== 'ResourceInUseException') throw this.#named(error)
    }
  }

  async #ifHolds(change: () => Promise<unknown>): Promise<boolean> {
    try {
      await change()
      return true
    } catch (error) {
      if (nameOf(error) === 'ConditionalCheckFailedException') return false
      throw this.#named(error)
    }
  }

  #ask<T>(call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return this.#attempts.run(call)
  }

  #named(error: unknown): unknown {
    if (error instanceof SourceError) return error
    return new SourceError(`${this.name}: ${this.#table}: ${nameOf(error)}: ${reasonIn(error)}`)
  }
}
