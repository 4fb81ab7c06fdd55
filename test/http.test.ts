/** `http PORT` against real clients: fetch, curl and raw sockets. Issue 7 line 5. */
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request as httpRequest } from 'node:http'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import tap, { type Test } from 'tap'
import { dstream } from './support/run.ts'
import { textIn } from './support/saved-text.ts'
import { Session } from './support/session.ts'

const run = promisify(execFile)

interface Served {
  readonly session: Session
  readonly url: string
  readonly port: number
}

/** Start the command and wait until it listens. */
async function serve(
  t: Test,
  source: readonly string[],
  chain: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Served> {
  const session = new Session(['http', '0', ...source, ...chain], env)
  t.teardown(() => session.child.kill('SIGKILL'))
  await session.until('stderr', 'taking POST requests')
  const url = /http:\/\/\S+/.exec(session.stderr)?.[0] as string
  return { session, url, port: Number(new URL(url).port) }
}

async function stop({ session }: Served): Promise<readonly string[]> {
  session.child.kill('SIGINT')
  const { code, stdout } = await session.ended
  if (code !== 0) throw new Error(`exit code ${code}: ${session.stderr}`)
  return stdout.split('\n').filter((line) => line !== '')
}

async function post(url: string, body: string | Uint8Array, headers: Record<string, string> = {}) {
  const answer = await fetch(url, { method: 'POST', body, headers })
  return { status: answer.status, headers: answer.headers, text: await answer.text() }
}

const EMIT = ['--interval', '100ms', 'emit']

tap.test('I7.5 lines posted by fetch and curl are elements, and are answered with 202', async (t) => {
  const served = await serve(t, [], EMIT)
  t.equal((await post(served.url, 'a\nb\n')).status, 202)
  t.equal((await post(served.url, 'no line end')).status, 202)
  t.equal((await post(served.url, '')).status, 202)
  t.equal((await post(`${served.url}?x=1`, gzipSync('zipped\n'), { 'content-encoding': 'gzip' })).status, 202)
  const { stdout } = await run('curl', [
    '-sS',
    '-w',
    '%{http_code}',
    '--data-binary',
    'by curl\n',
    served.url,
  ])
  t.equal(stdout, 'taken\n202')
  t.equal((await fetch(new URL('/health', served.url))).status, 200)
  t.strictSame(await stop(served), ['a', 'b', 'no line end', 'zipped', 'by curl'])
})

tap.test('I7.5 --format ndjson makes values; a request with one bad line is not taken at all', async (t) => {
  const served = await serve(t, ['--format', 'ndjson'], ['map', 'field:n', ...EMIT])
  t.equal((await post(served.url, '{"n":1}\n\n{"n":"two"}\r\n')).status, 202)
  const bad = await post(served.url, '{"n":3}\n{"n":\n')
  t.equal(bad.status, 400)
  t.match(bad.text, 'line 2 is no JSON')
  t.equal((await post(served.url, Buffer.from([0x22, 0xff, 0x22]))).status, 400)
  t.strictSame(await stop(served), ['1', 'two'])
})

tap.test('I7.5 what is refused says why, and takes nothing', async (t) => {
  const served = await serve(
    t,
    ['--path', '/in', '--token-env', 'TOKEN', '--max-body', '1k'],
    ['--max-line', '100', ...EMIT],
    { TOKEN: 'open sesame' },
  )
  const { url } = served
  const authorization = 'Bearer open sesame'
  t.equal((await post(url, 'x')).status, 401)
  t.equal((await post(url, 'x', { authorization: 'Bearer open' })).status, 401)
  t.equal((await post(new URL('/other', url).href, 'x', { authorization })).status, 404)
  const got = await fetch(url, { headers: { authorization } })
  t.equal(got.status, 405)
  t.equal(got.headers.get('allow'), 'POST')
  t.equal((await post(url, 'x\n'.repeat(513), { authorization })).status, 413)
  t.equal((await post(url, 'x\n'.repeat(512), { authorization })).status, 202)
  const bomb = gzipSync(Buffer.alloc(50 << 20, 10))
  t.ok(bomb.length > 1024)
  t.equal((await post(url, bomb, { authorization, 'content-encoding': 'gzip' })).status, 413)
  const small = gzipSync(Buffer.alloc(2000, 10))
  t.equal((await post(url, small, { authorization, 'content-encoding': 'gzip' })).status, 413, 'grows')
  t.equal((await post(url, 'x', { authorization, 'content-encoding': 'gzip' })).status, 400)
  t.equal((await post(url, 'x', { authorization, 'content-encoding': 'zip' })).status, 415)
  const cut = gzipSync('zipped\n'.repeat(20)).subarray(0, 20)
  t.equal((await post(url, cut, { authorization, 'content-encoding': 'gzip' })).status, 400)
  const long = await post(url, `short\n${'y'.repeat(101)}\n`, { authorization })
  t.equal(long.status, 413, 'a line that is too long')
  t.match(long.text, /longer than 100/)
  const out = await stop(served)
  t.equal(out.length, 512)
  t.ok(out.every((line) => line === 'x'))
  t.notMatch(served.session.stderr, 'sesame')
})

tap.test('I7.5 a body without a length is refused as soon as it is too large', async (t) => {
  const served = await serve(t, ['--max-body', '64k'], EMIT)
  const socket = connect(served.port, '127.0.0.1')
  socket.write('POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n')
  const chunk = `4000\r\n${'z\n'.repeat(8192)}\r\n`
  for (let sent = 0; sent < 8; sent++) socket.write(chunk)
  const [answer] = await once(socket, 'data')
  t.match(String(answer), /^HTTP\/1\.1 413/)
  // It never ends; who sends on is cut off.
  socket.on('error', () => {})
  const closed = new Promise<unknown>((resolve) => socket.on('close', resolve))
  const more = setInterval(() => socket.write(chunk.repeat(64)), 1)
  await closed
  clearInterval(more)
  t.equal((await post(served.url, 'next\n')).status, 202)
  t.strictSame(await stop(served), ['next'])
})

tap.test('I7.5 a sender that breaks off leaves nothing behind', async (t) => {
  const served = await serve(t, [], EMIT)
  const socket = connect(served.port, '127.0.0.1')
  socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf\na line')
  await new Promise((resolve) => setTimeout(resolve, 100))
  socket.destroy()
  t.equal((await post(served.url, 'whole\n')).status, 202)
  t.strictSame(await stop(served), ['whole'])
})

tap.test('I7.5 an address beyond loopback needs a token, a port in use is named', async (t) => {
  const open = await dstream(['http', '0', '--host', '0.0.0.0', 'emit'])
  t.equal(open.code, 2)
  t.match(open.stderr, /0\.0\.0\.0 can be reached from other machines[\s\S]*--token-env/)
  const none = await dstream(['http', '0', '--token-env', 'NO_SUCH_TOKEN', 'emit'])
  t.equal(none.code, 2)
  t.match(none.stderr, 'NO_SUCH_TOKEN')
  const served = await serve(t, [], EMIT)
  const used = await dstream(['http', String(served.port), 'emit'])
  t.equal(used.code, 1)
  t.match(used.stderr, /is in use/)
  await stop(served)
})

tap.test('I7.5 1,000 connections, of which half never end their headers', async (t) => {
  const served = await serve(t, [], ['--interval', '200ms', 'count', 'emit'])
  const idle = await Promise.all(
    Array.from({ length: 500 }, async () => {
      const socket: Socket = connect(served.port, '127.0.0.1')
      socket.on('error', () => {})
      await once(socket, 'connect')
      socket.write('POST / HTTP/1.1\r\nHost: x\r\nX-Slow: ')
      return socket
    }),
  )
  const agent = new Agent({ keepAlive: true, maxSockets: 500 })
  const statuses = await Promise.all(
    Array.from(
      { length: 2000 },
      (_, place) =>
        new Promise<number>((resolve, reject) => {
          const sent = httpRequest(served.url, { method: 'POST', agent }, (answer) => {
            answer.resume()
            answer.on('end', () => resolve(answer.statusCode as number))
          })
          sent.on('error', reject)
          sent.end(`${place}\n`)
        }),
    ),
  )
  t.ok(statuses.every((status) => status === 202))
  const answers = await Promise.all(
    idle.slice(0, 1).map(async (socket) => String((await once(socket, 'data'))[0])),
  )
  t.match(answers[0], /^HTTP\/1\.1 408/, 'who is slow is told so')
  agent.destroy()
  for (const socket of idle) socket.destroy()
  const out = await stop(served)
  t.equal(
    out.reduce((sum, line) => sum + Number(line), 0),
    2000,
  )
})

tap.test('I7.5 429 with Retry-After while the pipeline is behind; what got it is not taken', async (t) => {
  const served = await serve(
    t,
    [],
    ['--interval', '100ms', '--conf', 'spark.streaming.receiver.maxRate=50', 'emit'],
  )
  const counts = new Map<number, number>()
  let taken = 0
  let wait: string | null = null
  const deadline = Date.now() + 30_000
  const send = async (sender: number): Promise<void> => {
    for (let place = 0; Date.now() < deadline && place < 4; place++) {
      const { status, headers } = await post(served.url, `${sender}-${place}\n`.repeat(20))
      counts.set(status, (counts.get(status) ?? 0) + 1)
      if (status === 202) taken += 20
      else wait = headers.get('retry-after')
    }
  }
  await Promise.all(Array.from({ length: 30 }, (_, sender) => send(sender)))
  t.strictSame([...counts.keys()].sort(), [202, 429])
  t.equal(wait, '1')
  t.equal((await stop(served)).length, taken)
})

tap.test('I7.5 a graceful stop answers what is under way', async (t) => {
  const served = await serve(t, [], ['--interval', '100ms', 'emit'])
  const half = connect(served.port, '127.0.0.1')
  half.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\nha')
  t.equal((await post(served.url, 'before\n')).status, 202)
  const answers = Promise.all(
    Array.from({ length: 50 }, (_, place) =>
      post(served.url, `${place}\n`).then(
        ({ status }) => status,
        () => 0,
      ),
    ),
  )
  await new Promise((resolve) => setTimeout(resolve, 5))
  const out = await stop(served)
  const statuses = await answers
  t.equal(out.length, 1 + statuses.filter((status) => status === 202).length)
  half.destroy()
})

tap.test(
  'I7.5 S8 asks-27 killed (SIGKILL) again and again: all that was answered with 202 is counted after the resume',
  async (t) => {
    const folder = t.testdir()
    const out = join(folder, 'out')
    const accepted = new Set<string>()
    const unsure = new Set<string>()
    let next = 0
    for (let round = 0; round < 5; round++) {
      const served = await serve(
        t,
        [],
        ['--interval', '200ms', 'save-as-text-files', join(out, 'b'), '--checkpoint', join(folder, 'log')],
      )
      const isLast = round === 4
      const until = Date.now() + (isLast ? 300 : 300 + Math.random() * 700)
      let isKilled = false
      const send = async (): Promise<void> => {
        while (!isKilled && (!isLast || Date.now() < until)) {
          const word = `w${next++}`
          const status = await post(served.url, `${word}\n`).then(
            (answer) => answer.status,
            () => 0,
          )
          if (status === 202) accepted.add(word)
          else if (status === 0) unsure.add(word)
        }
      }
      const senders = Array.from({ length: 8 }, send)
      if (!isLast) {
        await new Promise((resolve) => setTimeout(resolve, until - Date.now()))
        served.session.child.kill('SIGKILL')
        await served.session.ended
        isKilled = true
      }
      await Promise.all(senders)
      if (isLast) await stop(served)
    }
    const words = textIn(out)
    const counted = new Map<string, number>()
    for (const word of words) counted.set(word, (counted.get(word) ?? 0) + 1)
    t.ok(accepted.size > 50, `${accepted.size} accepted`)
    t.strictSame(
      [...accepted].filter((word) => counted.get(word) !== 1),
      [],
      'each once',
    )
    t.ok(
      [...counted].every(([word, count]) => count === 1 && (accepted.has(word) || unsure.has(word))),
      'and nothing else twice',
    )
  },
)
