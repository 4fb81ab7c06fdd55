import { UsageError } from '../../plan/errors.ts'
import { type AttemptsOptions, RETRY } from '../clients/attempts.ts'
import { endpointOf, regionOf } from '../clients/aws-client.ts'
import type { Receiver, SourceCall } from '../record.ts'
import type { KinesisMessage } from './message.ts'
import { atTime, LATEST, type Position, TRIM_HORIZON } from './positions.ts'
import type { Fields } from './records.ts'

/** What a stream is read with. */
export interface KinesisOptions {
  readonly stream: string
  readonly region: string
  readonly endpoint?: string
  readonly from: Position
  /** Milliseconds up to which is read; no end where absent. */
  readonly until?: number
  readonly fields: Fields
  /** Milliseconds between two looks at a shard that has nothing new. */
  readonly idle: number
  readonly app?: AppOptions
  readonly retry: Omit<AttemptsOptions, 'name'>
}

/** How shards are shared with other processes. */
export interface AppOptions {
  /** The table of its leases. */
  readonly name: string
  readonly endpoint?: string
  /** Milliseconds between two checkpoints. */
  readonly interval: number
  /** Milliseconds after which a process that says nothing has lost its shards. */
  readonly leaseDuration: number
}

/** Milliseconds: a shard may be asked five times a second. */
const IDLE = 250

/** Milliseconds; as in the Kinesis Client Library. */
const LEASE_DURATION = 10_000

/** Return what the words of the stage mean. */
export function kinesisOptions(call: SourceCall, receiver: Receiver): KinesisOptions {
  const endpoint = endpointOf(call, 'kinesis', 'endpoint')
  const app = appOf(call, receiver)
  const until = call.value('until') === undefined ? undefined : receiver.clock.now()
  if (until !== undefined && app !== undefined)
    throw new UsageError(
      'kinesis: --until and --app cannot stand together',
      'Others may have the other shards.',
    )
  const handler = call.callable('handler') as ((message: KinesisMessage) => unknown) | undefined
  const fields = call.value('with') as Fields | undefined
  if (handler !== undefined && fields !== undefined)
    throw new UsageError('kinesis: --handler and --with cannot stand together')
  return {
    stream: call.string('stream'),
    region: regionOf(call, 'kinesis', endpoint),
    ...(endpoint === undefined ? {} : { endpoint }),
    from: positionOf(call.string('from')),
    ...(until === undefined ? {} : { until }),
    fields: handler ?? fields ?? 'data',
    idle: (call.value('idle') as number | undefined) ?? IDLE,
    ...(app === undefined ? {} : { app }),
    retry: {
      waitTime: receiver.settings.kinesisRetryWaitTime ?? RETRY.waitTime,
      maxAttempts: Math.max(1, receiver.settings.kinesisMaxAttempts ?? RETRY.maxAttempts),
      signal: receiver.signal,
      report: (message) => receiver.report(message),
    },
  }
}

function appOf(call: SourceCall, receiver: Receiver): AppOptions | undefined {
  const name = call.value('app') as string | undefined
  const others = ['dynamodb-endpoint', 'app-interval', 'lease-duration'].filter(
    (flag) => call.value(flag) !== undefined,
  )
  if (name === undefined) {
    if (others.length > 0) throw new UsageError(`kinesis: --${others[0]} is for --app`)
    return undefined
  }
  if (!/^[\w.-]{3,255}$/.test(name))
    throw new UsageError(
      `kinesis: ${name} is no name of a table`,
      'An app has 3 to 255 letters, digits, dots, hyphens and underscores.',
    )
  const endpoint = endpointOf(call, 'kinesis', 'dynamodb-endpoint')
  return {
    name,
    ...(endpoint === undefined ? {} : { endpoint }),
    interval: (call.value('app-interval') as number | undefined) ?? receiver.interval,
    leaseDuration: (call.value('lease-duration') as number | undefined) ?? LEASE_DURATION,
  }
}

function positionOf(text: string): Position {
  const word = text.toLowerCase()
  if (word === 'latest') return LATEST
  if (word === 'trim-horizon' || word === 'earliest') return TRIM_HORIZON
  const time = /^\d{10,}$/.test(text) ? Number(text) : Date.parse(text)
  if (Number.isFinite(time)) return atTime(time)
  throw new UsageError(
    `kinesis: --from expects trim-horizon, latest or a time, and got ${text}`,
    'A time is such as 2026-11-23T12:00:00Z, or milliseconds since 1970.',
  )
}
