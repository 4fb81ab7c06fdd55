import { formatBytes } from '../plan/duration.ts'
import { UsageError } from '../plan/errors.ts'
import type { BodyFormat } from './http/elements.ts'
import { HttpReceiver } from './http/server.ts'
import { explainListen } from './reading/listening.ts'
import { defineSource, type SourceCall } from './record.ts'

/** `http PORT`: an HTTP server whose requests are the input. */
export const httpSource = defineSource({
  name: 'http',
  summary: 'Take the bodies of POST requests, such as those of webhooks.',
  description:
    'The answer is 202 when all elements of a request are safe: on the disk with `--checkpoint`, else in memory. A ' +
    'request is taken whole or not at all. 429 says that the pipeline is behind, 413 that the body is too large; both ' +
    'take nothing. A body may be compressed (gzip, deflate, br). GET /health answers 200. An address beyond loopback ' +
    'needs a token, which senders give as `Authorization: Bearer TOKEN`. Port 0 takes any free port.',
  elements: 'lines',
  elementsWith: ({ format }) => (format === 'ndjson' ? 'values' : 'lines'),
  arguments: [{ name: 'port', type: 'integer', required: true, summary: 'the port to listen on' }],
  flags: [
    { name: 'host', type: 'string', default: '127.0.0.1', summary: 'the address to listen on' },
    { name: 'path', type: 'string', default: '/', summary: 'the path that is posted to' },
    {
      name: 'token-env',
      type: 'string',
      summary: 'the environment variable that holds the token which senders must give',
    },
    { name: 'max-body', type: 'bytes', default: '1MiB', summary: 'longest body, decompressed' },
    {
      name: 'format',
      type: 'string',
      options: ['lines', 'ndjson'],
      default: 'lines',
      summary: 'lines of text, or a JSON value on each line',
    },
  ],
  receive: async (call, receiver) => {
    const host = call.string('host')
    const port = call.number('port')
    if (!(port >= 0 && port <= 65_535)) throw new UsageError(`${port} is no port`, 'a port is 0 to 65535')
    const path = call.string('path')
    if (!path.startsWith('/'))
      throw new UsageError(`http: --path expects a path such as /events, got ${path}`)
    const maxBody = call.number('max-body')
    if (maxBody < 1) throw new UsageError(`http: --max-body expects at least 1, got ${formatBytes(maxBody)}`)
    const token = tokenOf(call, host)
    const format = call.string('format') as BodyFormat
    try {
      await new HttpReceiver({ host, port, path, token, maxBody, format }, receiver).run()
    } catch (error) {
      throw explainListen(host, port, error)
    }
  },
})

function tokenOf(call: SourceCall, host: string): string | undefined {
  const name = call.value('token-env') as string | undefined
  if (name === undefined) {
    if (/^(127(\.\d+){3}|::1|localhost)$/.test(host)) return undefined
    throw new UsageError(
      `http: ${host} can be reached from other machines, which needs a token`,
      'Put one into an environment variable, and name that with --token-env NAME.',
    )
  }
  const token = process.env[name]
  if (token === undefined || token === '')
    throw new UsageError(`http: the environment has no ${name}, which --token-env names`)
  return token
}
