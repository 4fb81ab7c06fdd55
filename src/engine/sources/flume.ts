import { UsageError } from '../plan/errors.ts'
import { serve } from './flume/server.ts'
import { defineSource, type SourceCall } from './record.ts'

/** `flume PORT`. Spark: `FlumeUtils.createStream`, FlumeInputDStream. */
export const flumeSource = defineSource({
  name: 'flume',
  summary: "Take the events that Flume's avro sink sends.",
  description:
    'An element is the body of an event, as text. A sink is told OK when its batch is safe: in memory, with --checkpoint ' +
    'on the disk; what was not, Flume sends again. Port 0 takes any free port.',
  elements: 'lines',
  elementsWith: ({ with: given }) => (given === undefined ? 'lines' : 'values'),
  arguments: [
    { name: 'port', type: 'integer', required: true, summary: 'the port that the sink is told to send to' },
  ],
  flags: [
    { name: 'host', type: 'string', default: '127.0.0.1', summary: 'the address to listen on' },
    {
      name: 'with',
      type: 'string',
      options: ['headers'],
      summary: 'an element is a record of headers and body',
    },
    {
      name: 'compression',
      type: 'string',
      options: ['deflate'],
      summary: "where the sink's compression-type is deflate",
    },
    {
      name: 'tls-cert',
      type: 'string',
      summary: "a PEM file of the certificate, where the sink's ssl is true",
    },
    { name: 'tls-key', type: 'string', summary: 'a PEM file of its key' },
  ],
  receive: async (call, receiver) => {
    const port = call.number('port')
    if (!(port >= 0 && port <= 65_535)) throw new UsageError(`${port} is no port`, 'a port is 0 to 65535')
    const options = {
      host: call.string('host'),
      port,
      isDeflated: call.value('compression') !== undefined,
      withHeaders: call.value('with') !== undefined,
      tls: tlsOf(call),
    }
    await serve(options, receiver)
  },
})

function tlsOf(call: SourceCall): { readonly cert: string; readonly key: string } | undefined {
  const cert = call.value('tls-cert') as string | undefined
  const key = call.value('tls-key') as string | undefined
  if (cert === undefined && key === undefined) return undefined
  if (cert === undefined || key === undefined)
    throw new UsageError('flume: --tls-cert and --tls-key stand together')
  // Flume 1.11 compresses what TLS has made, and not the other way round, which gains nothing.
  if (call.value('compression') !== undefined)
    throw new UsageError(
      'flume: --compression and --tls-cert cannot stand together',
      'Set compression-type = none in the agent: what is encrypted does not get shorter.',
    )
  return { cert, key }
}
