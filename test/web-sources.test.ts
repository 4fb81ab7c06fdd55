/** `websocket` and `sse` against real servers: issue 7 line 5. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import tap, { type Test } from 'tap'
import { type WebSocket, WebSocketServer } from 'ws'
import { dstream } from './support/run.ts'
import { textIn } from './support/saved-text.ts'
import { Session } from './support/session.ts'

const FAST = ['--interval', '100ms', 'emit']

const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '')

/** A WebSocket server that does `serve` with each client. */
async function webSockets(
  t: Test,
  serve: (socket: WebSocket, request: IncomingMessage, count: number) => void,
): Promise<string> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  let count = 0
  server.on('connection', (socket, request) => serve(socket, request, ++count))
  await once(server, 'listening')
  t.teardown(() => {
    for (const socket of server.clients) socket.terminate()
    server.close()
  })
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/feed`
}

/** An HTTP server that does `serve` with each request. */
async function http(
  t: Test,
  serve: (request: IncomingMessage, response: ServerResponse, count: number) => void,
): Promise<string> {
  let count = 0
  const server = createServer((request, response) => serve(request, response, ++count))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`
}

tap.test(
  'I7.5 websocket: each message is an element; --send and the token are sent again after a reconnect',
  async (t) => {
    const seen: string[] = []
    const url = await webSockets(t, (socket, request, count) => {
      seen.push(String(request.headers.authorization))
      socket.on('message', (text) => {
        seen.push(String(text))
        socket.send(`first of ${count}`)
        socket.send(`two lines\nof ${count}`)
        if (count === 1) socket.terminate()
        else socket.close(1000, 'done')
      })
    })
    const args = ['websocket', url, '--send', 'subscribe', '--token-env', 'TOKEN', '--retry', '50ms']
    const session = new Session([...args, ...FAST], { TOKEN: 'secret' })
    await session.until('stdout', 'of 2')
    session.child.kill('SIGINT')
    const { code, stdout, stderr } = await session.ended
    t.equal(code, 0, stderr)
    t.strictSame(lines(stdout).slice(0, 4), [
      'first of 1',
      '"two lines\\nof 1"',
      'first of 2',
      '"two lines\\nof 2"',
    ])
    t.strictSame(seen.slice(0, 4), ['Bearer secret', 'subscribe', 'Bearer secret', 'subscribe'])
    t.match(stderr, /closed the connection; connecting again in 50ms/)
    t.notMatch(stderr, 'secret')
  },
)

tap.test('I7.5 websocket --once ends with the server; 100,000 messages are counted exactly', async (t) => {
  const url = await webSockets(t, (socket) => {
    for (let place = 0; place < 100_000; place++) socket.send(`m${place}`)
    socket.close()
  })
  const ran = await dstream(['websocket', url, '--once', '--batch-lines', '100000', 'count', 'emit'])
  t.equal(ran.code, 0, ran.stderr)
  t.strictSame(lines(ran.stdout), ['100000'])
})

tap.test('I7.5 websocket: a refusal ends the run, a server that is away is waited for', async (t) => {
  const refusing = await http(t, (_, response) => response.writeHead(404).end())
  const url = refusing.replace('http:', 'ws:').replace('//', '//me:hidden@')
  const ran = await dstream(['websocket', url, 'emit'])
  t.equal(ran.code, 1)
  t.match(ran.stderr, 'the server answered 404')
  t.notMatch(ran.stderr, /hidden|\n\s+at /)
  const bad = await dstream(['websocket', 'http://localhost', 'emit'])
  t.equal(bad.code, 2)
  t.match(bad.stderr, 'websocket expects a URL')
  const session = new Session(['websocket', 'ws://127.0.0.1:1/', '--retry', '50ms', ...FAST])
  await session.until('stderr', 'connection refused; connecting again in 100ms')
  session.child.kill('SIGINT')
  t.equal((await session.ended).code, 0)
})

const open = (response: ServerResponse): void => {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
}

tap.test(
  'I7.5 sse: goes on behind the last event after a break, an event cut off is not taken',
  async (t) => {
    const asked: (string | undefined)[] = []
    const url = await http(t, (request, response, count) => {
      asked.push(request.headers['last-event-id'] as string | undefined)
      if (count === 4) {
        response.writeHead(204).end()
        return
      }
      if (count === 2) {
        response.writeHead(503).end()
        return
      }
      open(response)
      const first = count === 1 ? 1 : 3
      response.write(
        `: hello\n\nid: ${first}\ndata: event ${first}\n\nid: ${first + 1}\r\nevent: other\ndata: two\ndata: lines\r\n`,
      )
      response.write('\r\nda')
      setTimeout(() => {
        response.write('ta: cut off')
        setTimeout(() => response.destroy(), 20)
      }, 20)
    })
    const ran = await dstream(['sse', url, '--retry', '50ms', ...FAST])
    t.equal(ran.code, 0, ran.stderr)
    t.strictSame(lines(ran.stdout), ['event 1', '"two\\nlines"', 'event 3', '"two\\nlines"'])
    t.strictSame(asked, [undefined, '2', '2', '4'])
    t.match(ran.stderr, /the server answered 503; connecting again/)
  },
)

tap.test('I7.5 sse --event takes events of one type', async (t) => {
  const url = await http(t, (_, response) => {
    open(response)
    response.end('event: a\ndata: 1\n\nevent: b\ndata: 2\n\ndata: 3\n\n')
  })
  const named = await dstream(['sse', url, '--once', '--event', 'b', ...FAST])
  t.strictSame(lines(named.stdout), ['2'])
  const unnamed = await dstream(['sse', url, '--once', '--event', 'message', ...FAST])
  t.strictSame(lines(unnamed.stdout), ['3'])
})

tap.test('I7.5 sse: what is no stream of events, and a refusal, are told', async (t) => {
  const page = await http(t, (_, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('x'),
  )
  const html = await dstream(['sse', page, 'emit'])
  t.equal(html.code, 1)
  t.match(html.stderr, 'is no stream of events, but text/html')
  const closed = await http(t, (_, response) => response.writeHead(401).end())
  const refused = await dstream(['sse', closed.replace('//', '//me:hidden@'), 'emit'])
  t.equal(refused.code, 1)
  t.match(refused.stderr, 'the server answered 401')
  t.notMatch(refused.stderr, 'hidden')
})

tap.test('I7.5 S8 sse killed (SIGKILL) again and again: each event is counted once, by its id', async (t) => {
  const last = 400
  const timers = new Set<NodeJS.Timeout>()
  t.teardown(() => timers.forEach(clearInterval))
  const url = await http(t, (request, response) => {
    let id = Number(request.headers['last-event-id'] ?? 0)
    if (id >= last) {
      response.writeHead(204).end()
      return
    }
    open(response)
    const timer = setInterval(() => {
      id += 1
      response.write(`id: ${id}\ndata: e${id}\n\n`)
      if (id >= last) response.end()
    }, 5)
    timers.add(timer)
    response.on('close', () => clearInterval(timer))
  })
  const folder = t.testdir()
  const out = join(folder, 'out')
  const args = ['sse', url, '--retry', '50ms', '--interval', '100ms', 'save-as-text-files', join(out, 'b')]
  const whole = [...args, '--checkpoint', join(folder, 'log')]
  for (let killed = 0; killed < 3; killed++) {
    const session = new Session(whole)
    await session.until('stderr', 'connected to')
    await new Promise((resolve) => setTimeout(resolve, 200 + Math.random() * 400))
    session.child.kill('SIGKILL')
    await session.ended
  }
  const ran = await dstream(whole)
  t.equal(ran.code, 0, ran.stderr)
  const expected = Array.from({ length: last }, (_, place) => `e${place + 1}`)
  t.strictSame(textIn(out).sort(), expected.sort())
})
