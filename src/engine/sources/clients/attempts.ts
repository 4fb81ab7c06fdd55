import { formatDuration } from '../../plan/duration.ts'
import { SourceError } from '../../plan/errors.ts'
import { redact } from '../../plan/redact.ts'
import { codeOf, reasonOf } from '../reading/errors.ts'
import { pause } from '../reading/pause.ts'

/** Spark's `spark.streaming.kinesis.retry.waitTime`, in milliseconds, and `maxAttempts`. */
export const RETRY = { waitTime: 100, maxAttempts: 3 } as const

/** Longest wait before another attempt, and the time in which the first call has an answer, in milliseconds. */
const LONGEST_WAIT = 5000
const FIRST_ANSWER = 8000

const THROTTLED =
  /^(ProvisionedThroughputExceeded|LimitExceeded|Throttling|KMSThrottling|RequestLimitExceeded|RequestThrottled)(Exception)?$/
const LOST =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN|TimeoutError|InternalFailure|InternalServerError|ServiceUnavailable\w*|ResourceInUseException)$/
const REFUSED =
  /^(AccessDenied\w*|UnrecognizedClient\w*|InvalidSignature\w*|SignatureDoesNotMatch|ExpiredToken\w*|MissingAuthentication\w*|IncompleteSignature\w*|InvalidClientTokenId|OptInRequired|NotAuthorized)$/

/** How calls are tried again, and who is told. */
export interface AttemptsOptions {
  /** Stands in messages: the service and where it is. */
  readonly name: string
  readonly waitTime: number
  readonly maxAttempts: number
  readonly signal: AbortSignal
  readonly report: (message: string) => void
}

/** Calls of one service: what is throttled or lost is asked again, ever more slowly; what is wrong is an error in words. */
export class Attempts {
  readonly #options: AttemptsOptions
  /** The service has answered once: what is wrong then passes. */
  #hasAnswered = false
  #isLost = false

  constructor(options: AttemptsOptions) {
    this.#options = options
  }

  /**
   * Return what `call` gives. A lost service is waited for once it has answered, a throttled one always.
   *
   * @throws SourceError where the service cannot be had at the start, or refuses; the error itself where `call` fails with
   * one that its caller may know.
   */
  async run<T>(call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { maxAttempts, name, report, signal, waitTime } = this.#options
    for (let attempt = 1; ; attempt++) {
      try {
        const answer = await (this.#hasAnswered ? call(signal) : this.#first(call))
        this.#hasAnswered = true
        if (this.#isLost) report(`${name}: there again`)
        this.#isLost = false
        return answer
      } catch (error) {
        if (signal.aborted) throw error
        const kind = kindOf(error)
        if (kind === 'other') throw refusal(name, error)
        if (kind === 'lost' && !this.#hasAnswered && attempt >= maxAttempts)
          throw new SourceError(`${name}: ${reasonIn(error)}`, 'Is it there? See --endpoint and --region.')
        const wait = Math.min(LONGEST_WAIT, waitTime * 2 ** (attempt - 1))
        if (kind === 'lost' && !this.#isLost && this.#hasAnswered) {
          this.#isLost = true
          report(`${name}: ${reasonIn(error)}; asking again in ${formatDuration(wait)}`)
        }
        if (kind === 'throttled' && attempt === maxAttempts)
          report(`${name}: ${nameOf(error)}: reading more slowly`)
        await pause(wait, signal)
        if (signal.aborted) throw error
      }
    }
  }

  async #first<T>(call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { name, signal } = this.#options
    const enough = new AbortController()
    const late = pause(FIRST_ANSWER, AbortSignal.any([enough.signal, signal])).then((): never => {
      throw new SourceError(
        `${name}: no answer within ${formatDuration(FIRST_ANSWER)}`,
        'Is it there? See --endpoint and --region.',
      )
    })
    late.catch(() => {})
    try {
      return await Promise.race([call(AbortSignal.any([enough.signal, signal])), late])
    } finally {
      enough.abort()
    }
  }
}

/** Return the name of an error of a service. */
export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : ''
}

function kindOf(error: unknown): 'throttled' | 'lost' | 'other' {
  if (error instanceof SourceError) return 'other'
  const name = nameOf(error)
  if (THROTTLED.test(name)) return 'throttled'
  if (LOST.test(name) || LOST.test(codeOf(error) ?? '')) return 'lost'
  const { httpStatusCode } = (error as { $metadata?: { httpStatusCode?: number } }).$metadata ?? {}
  return (httpStatusCode ?? 0) >= 500 ? 'lost' : 'other'
}

function refusal(name: string, error: unknown): unknown {
  const what = nameOf(error)
  if (what === 'CredentialsProviderError' || what === 'ProviderError')
    return new SourceError(
      `${name}: no credentials are found`,
      'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE; any will do for a local server.',
    )
  if (REFUSED.test(what))
    return new SourceError(`${name}: the credentials are refused (${what})`, 'See AWS_PROFILE and --region.')
  return error
}

/** Return why a call failed, in words, without what is secret. */
export function reasonIn(error: unknown): string {
  const first = error instanceof AggregateError ? error.errors[0] : error
  const said = reasonOf(first) || nameOf(error)
  return redact(said.split('\n', 1)[0] as string).replace(/\b(AKIA|ASIA)[A-Z\d]{12,}\b/g, '***')
}
