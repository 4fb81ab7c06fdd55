import { reasonOf } from '../../../plan/describe.ts'
import { formatDuration } from '../../../plan/duration.ts'
import { SourceError } from '../../../plan/errors.ts'
import { pause } from '../../reading/pause.ts'
import type { ReaderContext } from '../range-reader.ts'
import type { RegistryAddress } from './registry-address.ts'

/** Milliseconds for one answer, and between two tries. */
const ANSWER = 4000
const RETRY = 500
/** Milliseconds for which a registry is asked that has never answered, and one that has. */
const FIRST_ANSWER = 4000
const AWAY = 30_000

/** A schema as the registry keeps it. */
export interface RegisteredSchema {
  readonly schema: string
  /** `AVRO` where absent. */
  readonly schemaType?: string
  readonly references?: readonly {
    readonly name: string
    readonly subject: string
    readonly version: number
  }[]
}

/** Asks a schema registry by its REST interface, that of Confluent's. */
export class RegistryClient {
  readonly url: string
  readonly #headers: Readonly<Record<string, string>>
  readonly #context: ReaderContext
  #hasAnswered = false

  constructor({ url, headers }: RegistryAddress, context: ReaderContext) {
    this.url = url
    this.#headers = headers
    this.#context = context
  }

  /** Return a schema by its id; undefined where there is none. */
  byId(id: number): Promise<RegisteredSchema | undefined> {
    return this.#ask(`/schemas/ids/${id}`)
  }

  /** Return a version of a subject; undefined where there is none. */
  bySubject(subject: string, version: number): Promise<RegisteredSchema | undefined> {
    return this.#ask(`/subjects/${encodeURIComponent(subject)}/versions/${version}`)
  }

  /**
   * Ask until an answer comes.
   *
   * @throws SourceError where the registry refuses, or has not answered for too long.
   */
  async #ask(path: string): Promise<RegisteredSchema | undefined> {
    const { clock, signal, report } = this.#context
    const began = clock.now()
    let hasSaid = false
    for (;;) {
      try {
        const response = await fetch(this.url + path, {
          headers: this.#headers,
          signal: AbortSignal.timeout(ANSWER),
          redirect: 'error',
        })
        if (response.status === 401 || response.status === 403)
          throw new SourceError(
            `kafka: the registry ${this.url} refuses: ${response.status}`,
            'Name and password stand in the URL: http://NAME:PASSWORD@HOST:PORT.',
          )
        const isKnown = response.status < 500 && response.status !== 429
        const answer = isKnown ? await this.#answerOf(response) : undefined
        if (isKnown) {
          this.#hasAnswered = true
          if (hasSaid) report(`kafka: the registry ${this.url} answers again`)
          return answer
        }
        throw new Error(`it answers ${response.status}`)
      } catch (error) {
        if (error instanceof SourceError) throw error
        const reason = `kafka: the registry ${this.url} does not answer: ${innermost(error)}`
        if (signal.aborted) throw new SourceError(`${reason}; stopped before the messages could be read`)
        if (clock.now() - began >= (this.#hasAnswered ? AWAY : FIRST_ANSWER))
          throw new SourceError(reason, 'Is it there, and is its address that of --registry?')
        if (!hasSaid) report(`${reason}; trying again every ${formatDuration(RETRY)}`)
        hasSaid = true
        await pause(RETRY, signal)
      }
    }
  }

  async #answerOf(response: Response): Promise<RegisteredSchema | undefined> {
    const body: unknown = await response.json().catch(() => undefined)
    const { error_code: code, schema } = (body ?? {}) as { error_code?: number; schema?: unknown }
    if (response.ok && typeof schema === 'string') return body as RegisteredSchema
    // A registry says which of its things it does not know; a path that is none of its own is another matter.
    if (response.status === 404 && code !== undefined && code !== 404) return undefined
    throw new SourceError(
      `kafka: ${this.url} does not answer as a schema registry does: ${response.status}`,
      'Apicurio has the interface of Confluent below /apis/ccompat/v7.',
    )
  }
}

function innermost(error: unknown): string {
  return error instanceof Error && error.cause instanceof Error ? reasonOf(error.cause) : reasonOf(error)
}
