import { reasonOf } from '../../plan/describe.ts'
import { SourceError } from '../../plan/errors.ts'
import { redact } from '../../plan/redact.ts'
import { KafkaGone, type KafkaSettings, OffsetGone, TopicGone } from './driver.ts'

interface LibraryError extends Error {
  readonly code?: string
  readonly apiId?: string
  readonly errors?: readonly unknown[]
}

/** All errors that an error is made of, itself first. */
function* parts(error: unknown): Generator<LibraryError> {
  if (!(error instanceof Error)) return
  yield error as LibraryError
  for (const part of (error as LibraryError).errors ?? []) yield* parts(part)
  if (error.cause !== undefined) yield* parts(error.cause)
}

const GONE_TOPICS = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'UNKNOWN_TOPIC_ID', 'INCONSISTENT_TOPIC_ID'])
const REFUSALS =
  /_AUTHORIZATION_FAILED$|^UNSUPPORTED_SASL_MECHANISM$|^ILLEGAL_SASL_STATE$|^SASL_AUTHENTICATION_FAILED$|^INVALID_TOPIC/

/** Return an error of the library as the source knows it. */
export function known(error: unknown, settings?: KafkaSettings): unknown {
  if (error instanceof KafkaGone || error instanceof SourceError) return error
  const all = [...parts(error)]
  const ids = all.flatMap(({ apiId }) => (apiId === undefined ? [] : [apiId]))
  const refusal = all.find(
    ({ code, apiId = '' }) => code === 'PLT_KFK_AUTHENTICATION' || REFUSALS.test(apiId),
  )
  if (refusal !== undefined)
    return new SourceError(
      `kafka: ${settings?.brokers.join(', ') ?? 'the broker'} refuses: ${reasonsOf(all)}`,
      'Look at --user and DSTREAM_KAFKA_PASSWORD, --sasl, --tls, and at what the user may do.',
    )
  const isUnknown = all.some(({ code, message }) => code === 'PLT_KFK_USER' && /unknown topic/i.test(message))
  if (isUnknown || ids.some((id) => GONE_TOPICS.has(id))) return new TopicGone(reasonOf(error))
  if (ids.includes('OFFSET_OUT_OF_RANGE')) return new OffsetGone(reasonOf(error))
  const unsupported = all.find(({ code = '' }) => code.startsWith('PLT_KFK_UNSUPPORTED'))
  if (unsupported !== undefined) return new SourceError(`kafka: ${redact(reasonOf(unsupported))}`)
  return new KafkaGone(reasonsOf(all))
}

/** Return the names by which the protocol knows what an error is made of: `MESSAGE_TOO_LARGE`. */
export function errorNames(error: unknown): ReadonlySet<string> {
  return new Set([...parts(error)].flatMap(({ apiId }) => (apiId === undefined ? [] : [apiId])))
}

/** Return the innermost reasons, each once. */
function reasonsOf(all: readonly LibraryError[]): string {
  const innermost = all.filter(({ errors, cause }) => errors === undefined && !(cause instanceof Error))
  return [...new Set((innermost.length === 0 ? all : innermost).map(({ message }) => message))]
    .slice(0, 3)
    .join('; ')
}
