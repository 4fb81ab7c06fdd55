/** Why a request is not taken, as the sender is told. */
export class Refusal extends Error {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message)
    this.name = 'Refusal'
    this.status = status
    this.headers = status === 429 || status === 503 ? { 'retry-after': '1', ...headers } : headers
  }
}
