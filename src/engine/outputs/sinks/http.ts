import { basicAuthorization, withoutCredentials } from '../../sources/clients/flags.ts'
import { jsonText } from '../formats/encoder.ts'
import { isConnectionCode } from './connection-codes.ts'
import { BATCH_TIME, type Rows } from './rows.ts'
import { type OpenSink, SinkLost } from './sink.ts'

/** Milliseconds that a server has for its answer. */
const ANSWER = 30_000

/** Characters of an answer that an error shows. */
const SHOWN = 200

/** `http://HOST/PATH`, `https://…`: a POST per batch with elements, its rows as lines of JSON. */
export const openHttp: OpenSink = async ({ url, identity }) => {
  const address = withoutCredentials(url)
  const authorization = basicAuthorization(url)
  return {
    write: async (time, rows) => {
      if (rows.values.length === 0) return
      const headers = {
        ...authorization,
        'content-type': 'application/x-ndjson',
        'dstream-batch-time': String(time),
        // The same each time a batch is sent, so that the other side can know it.
        'idempotency-key': `${identity}/${time}`,
      }
      const answer = await post(address, headers, linesOf(time, rows))
      if (answer.ok) {
        await answer.body?.cancel()
        return
      }
      const said = `${answer.status} ${(await answer.text()).slice(0, SHOWN)}`.trim()
      const isTemporary = answer.status === 408 || answer.status === 429 || answer.status >= 500
      throw isTemporary ? new SinkLost(said) : new Error(`the server answered ${said}`)
    },
    close: async () => {},
  }
}

async function post(
  address: URL,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<Response> {
  try {
    return await fetch(address, { method: 'POST', headers, body, signal: AbortSignal.timeout(ANSWER) })
  } catch (error) {
    const { cause, name } = error as { cause?: { code?: string; message?: string }; name?: string }
    if (name === 'TimeoutError') throw new SinkLost(`no answer in ${ANSWER / 1000} s`)
    if (cause === undefined) throw error
    const { code = '', message = code } = cause
    throw isConnectionCode(code) || /closed|terminated/.test(message)
      ? new SinkLost(message || code)
      : new Error(message || code)
  }
}

function linesOf(time: number, { columns, values }: Rows): string {
  const when = new Date(time).toISOString()
  const lines = values.map((row) =>
    jsonText(
      Object.fromEntries([...columns.map(({ name }, place) => [name, row[place]]), [BATCH_TIME, when]]),
    ),
  )
  return `${lines.join('\n')}\n`
}
