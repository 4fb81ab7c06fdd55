// The receiver of Flume's events that does least: avsc answers and counts. Says ten times a second how many have come.
import { createServer } from 'node:net'
import avro from 'avsc'

const service = avro.Service.forProtocol({
  protocol: 'AvroSourceProtocol',
  namespace: 'org.apache.flume.source.avro',
  types: [
    { type: 'enum', name: 'Status', symbols: ['OK', 'FAILED', 'UNKNOWN'] },
    {
      type: 'record',
      name: 'AvroFlumeEvent',
      fields: [
        { name: 'headers', type: { type: 'map', values: 'string' } },
        { name: 'body', type: 'bytes' },
      ],
    },
  ],
  messages: {
    append: { request: [{ name: 'event', type: 'AvroFlumeEvent' }], response: 'Status' },
    appendBatch: {
      request: [{ name: 'events', type: { type: 'array', items: 'AvroFlumeEvent' } }],
      response: 'Status',
    },
  },
})
const server = service.createServer()
let count = 0
server.onAppend((_event, answer) => {
  count += 1
  answer(null, 'OK')
})
server.onAppendBatch((events, answer) => {
  count += events.length
  answer(null, 'OK')
})
setInterval(() => {
  process.stdout.write(`${count}\n`)
  count = 0
}, 100)
createServer((socket) => {
  socket.setNoDelay(true)
  socket.on('error', () => {})
  server.createChannel(socket)
}).listen(Number(process.argv[2]), '127.0.0.1')
