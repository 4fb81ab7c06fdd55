import { SourceError } from '../../../plan/errors.ts'
import { KafkaGone } from '../../../sources/kafka/driver.ts'
import { errorNames, known } from '../../../sources/kafka/library-errors.ts'
import type { KafkaAddress } from './address.ts'
import { MessageTooLarge } from './writer.ts'

/** What the broker refuses for good, whoever asks. */
const REFUSED = [
  'INVALID_RECORD',
  'INVALID_TIMESTAMP',
  'INVALID_REQUEST',
  'INVALID_CONFIG',
  'INVALID_TRANSACTION_TIMEOUT',
  'POLICY_VIOLATION',
  'SECURITY_DISABLED',
  'UNSUPPORTED_COMPRESSION_TYPE',
  'UNSUPPORTED_FOR_MESSAGE_FORMAT',
  'UNSUPPORTED_VERSION',
]
const TOO_LARGE = ['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE']
const FENCED = ['PRODUCER_FENCED', 'INVALID_PRODUCER_EPOCH']
const UNDER_WAY = ['CONCURRENT_TRANSACTIONS', 'COORDINATOR_LOAD_IN_PROGRESS', 'COORDINATOR_NOT_AVAILABLE']

/** True where an earlier transaction of the same name has not yet ended, or the broker is not yet ready for any. */
export function isUnderWay(error: unknown): boolean {
  return firstOf(UNDER_WAY, error) !== undefined
}

/** Return an error of the library as a writer of messages knows it; `isTakingOver` where it asked for its name. */
export function writerError(
  error: unknown,
  { topic, settings }: KafkaAddress,
  isTakingOver: boolean,
): unknown {
  if (firstOf(TOO_LARGE, error) !== undefined) return new MessageTooLarge(topic)
  if (firstOf(FENCED, error) !== undefined) {
    // The broker also ends a transaction that took too long, as after a sleep of the machine: then the name is still ours.
    if (!isTakingOver) return new KafkaGone('the broker has ended the transaction')
    return new SourceError(
      'kafka: another run goes on behind the same checkpoint, and this one may write no more',
      'Let only one of them run.',
    )
  }
  const reason = known(error, settings)
  if (reason instanceof SourceError)
    return new SourceError(
      reason.message,
      'Look at the user and the password, sasl and tls of the URL, and at what the user may do.',
    )
  if (reason instanceof KafkaGone && /certificate/i.test(reason.message))
    return new SourceError(
      `kafka: ${settings.brokers.join(', ')}: ${reason.message}`,
      'Name the certificate of who signed it: tls-ca=FILE behind ? in the URL.',
    )
  const refused = firstOf(REFUSED, error)
  return refused === undefined
    ? reason
    : new SourceError(`kafka: the broker refuses messages of ${topic}: ${refused}`)
}

function firstOf(some: readonly string[], error: unknown): string | undefined {
  const names = errorNames(error)
  return some.find((name) => names.has(name))
}
