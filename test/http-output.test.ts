/** `to http://…` against a real server on loopback: issue 8 line 2. */
import { createServer, type IncomingMessage } from 'node:http'
import tap from 'tap'
import { writeWhileKilled } from './support/real/survives.ts'
import { dstream } from './support/run.ts'

interface Post {
  readonly key: string
  readonly time: string
  readonly authorization: string | undefined
  readonly body: string
}

/** Answer each POST with what `answer` returns, and keep it. */
async function serve(answer: (post: Post, count: number) => number | 'reset'): Promise<{
  readonly url: string
  readonly posts: Post[]
  readonly close: () => void
}> {
  const posts: Post[] = []
  const server = createServer(async (request: IncomingMessage, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const { headers } = request
    const post = {
      key: String(headers['idempotency-key']),
      time: String(headers['dstream-batch-time']),
      authorization: headers.authorization,
      body,
    }
    posts.push(post)
    const status = answer(post, posts.length)
    if (status === 'reset') request.socket.resetAndDestroy()
    else response.writeHead(status).end('said by the server')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  return { url: `http://me:hidden@127.0.0.1:${port}/in`, posts, close: () => server.close() }
}

const COUNTS = ['--batch-lines', '2', 'flatmap', 'split', 'reduce-by-key', 'to']
const LINES = 'a b a\nc a\nb\n'

tap.test(
  'I8.2 a POST per batch with its time and a key; no answer, 503 and a reset are tried again with the same key',
  async (t) => {
    const server = await serve((_, count) => ([503, 'reset', 429] as const)[count - 1] ?? 204)
    t.teardown(server.close)
    const ran = await dstream([...COUNTS, server.url], LINES)
    t.equal(ran.code, 0, ran.stderr)
    t.match(ran.stderr, /503 said by the server; trying again/)
    t.notMatch(ran.stderr, /hidden/)
    const { posts } = server
    t.equal(posts.length, 5)
    t.equal(new Set(posts.slice(0, 4).map(({ key }) => key)).size, 1)
    t.equal(new Set(posts.map(({ key }) => key)).size, 2)
    t.equal(posts[0]?.authorization, `Basic ${Buffer.from('me:hidden').toString('base64')}`)
    t.equal(posts[4]?.body, '{"key":"b","value":1,"batch_time":"1970-01-01T00:00:02.000Z"}\n')
    t.equal(posts[4]?.time, '2000')
  },
)

tap.test('I8.2 a refusal ends the run with what the server said', async (t) => {
  const server = await serve(() => 403)
  t.teardown(server.close)
  const ran = await dstream([...COUNTS, server.url], LINES)
  t.equal(ran.code, 1)
  t.match(ran.stderr, /the server answered 403 said by the server/)
  t.notMatch(ran.stderr, /hidden|\n\s+at /)
})

tap.test(
  'I6.3 F8 killed and started again: a batch comes with the same key each time, so that it has one effect',
  async (t) => {
    const server = await serve(() => 204)
    t.teardown(server.close)
    const kills = await writeWhileKilled(6, t.testdir(), (name) => ['to', `${server.url}/${name}`])
    t.equal(kills, 6)
    const byKey = new Map<string, string>()
    for (const { key, body } of server.posts) {
      t.ok(byKey.get(key) === undefined || byKey.get(key) === body, 'the same key is the same batch')
      byKey.set(key, body)
    }
    // Of the unbroken run and of the other one, each batch once.
    t.equal(byKey.size, 2000)
    const times = [...byKey.keys()].map((key) => key.split('/').at(-1))
    t.equal(new Set(times).size, 1000)
  },
)
