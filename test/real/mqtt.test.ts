/** `mqtt` against a real broker, mosquitto: row S7, issue 7 line 5. */
import { join } from 'node:path'
import { connectAsync } from 'mqtt'
import tap from 'tap'
import { mqttBroker } from '../support/real/mqtt-broker.ts'
import { dstream } from '../support/run.ts'
import { textIn } from '../support/saved-text.ts'
import { Session } from '../support/session.ts'

const KILLS = 12
/** Messages that are sent at most: each is acknowledged alone, behind the disk. */
const MOST = 6000

const FAST = ['--interval', '100ms', 'emit']

const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '')

const found = await mqttBroker('hidden')

tap.test('mqtt', { skip: found === undefined ? 'no broker here' : false }, async (t) => {
  const broker = found as NonNullable<typeof found>
  const url = `mqtt://me:hidden@127.0.0.1:${broker.port}`
  t.teardown(() => broker.remove())
  const sender = await connectAsync(url)
  t.teardown(() => sender.endAsync(true))
  const send = (topic: string, text: string): Promise<unknown> => sender.publishAsync(topic, text, { qos: 1 })

  await t.test('S7 I7.5 messages of topics and patterns are elements', async (t) => {
    const session = new Session(['mqtt', url, 'a/+', 'b/#', '--with-topic', ...FAST])
    t.teardown(() => session.child.kill('SIGKILL'))
    await session.until('stderr', 'subscribed')
    for (const topic of ['a/x', 'a/x/y', 'b/x/y', 'c']) await send(topic, `to ${topic}`)
    await session.until('stdout', 'b/x/y')
    session.child.kill('SIGINT')
    const { code, stdout, stderr } = await session.ended
    t.equal(code, 0, stderr)
    t.strictSame(lines(stdout), ['a/x\tto a/x', 'b/x/y\tto b/x/y'])
  })

  await t.test('S7 I7.5 a lost broker is waited for, and subscribed at again', async (t) => {
    const session = new Session(['mqtt', url, 'again', '--qos', '0', '--retry', '100ms', ...FAST])
    t.teardown(() => session.child.kill('SIGKILL'))
    await session.until('stderr', 'subscribed')
    await broker.kill()
    await session.until('stderr', 'the broker closed the connection; connecting again')
    await session.until('stderr', 'connection refused; connecting again')
    await broker.start()
    const deadline = Date.now() + 10_000
    while (session.stderr.split('subscribed').length < 3 && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 50))
    await send('again', 'after')
    await session.until('stdout', 'after')
    session.child.kill('SIGINT')
    t.equal((await session.ended).code, 0)
  })

  await t.test(
    'S7 S8 I7.5 killed (SIGKILL) again and again with --client-id: each message counts, sent while away too',
    async (t) => {
      const folder = t.testdir()
      const out = join(folder, 'out')
      const args = ['mqtt', url, 'count', '--client-id', 'counter', '--retry', '100ms', '--interval', '100ms']
      const whole = [...args, 'save-as-text-files', join(out, 'b'), '--checkpoint', join(folder, 'log')]
      const sent: string[] = []
      let isOver = false
      let session = new Session(whole)
      t.teardown(() => session.child.kill('SIGKILL'))
      await session.until('stderr', 'subscribed')
      // As fast as the broker takes them, which is faster than they are acknowledged, each behind the disk.
      const sending = (async (): Promise<void> => {
        while (!isOver && sent.length < MOST) {
          const words = Array.from({ length: 10 }, (_, index) => `m${sent.length + index}`)
          sent.push(...words)
          await Promise.all(words.map((word) => send('count', word)))
        }
      })()
      for (let killed = 0; killed < KILLS; killed++) {
        await new Promise((resolve) => setTimeout(resolve, 200 + Math.random() * 400))
        session.child.kill('SIGKILL')
        await session.ended
        session = new Session(whole)
        await session.until('stderr', 'subscribed')
        if (killed === KILLS / 2) isOver = true
      }
      isOver = true
      await sending
      const isComplete = (): boolean => new Set(textIn(out)).size >= sent.length
      const deadline = Date.now() + 60_000
      while (!isComplete() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 200))
      await new Promise((resolve) => setTimeout(resolve, 500))
      session.child.kill('SIGINT')
      const { code, stderr } = await session.ended
      t.equal(code, 0, stderr)
      t.comment(`${KILLS} kills, ${sent.length} messages, ${textIn(out).length - sent.length} came twice`)
      const came = new Set(textIn(out))
      t.ok(sent.length > 500, `${sent.length} sent`)
      t.strictSame(
        sent.filter((word) => !came.has(word)),
        [],
      )
    },
  )

  await t.test('S7 I7.5 a wrong password ends the run, a wrong URL is named', async (t) => {
    const wrong = await dstream(['mqtt', url.replace('hidden', 'other'), 'x', 'emit'])
    t.equal(wrong.code, 1)
    t.match(wrong.stderr, /Connection refused/)
    t.notMatch(wrong.stderr, /other|\n\s+at /)
    const bad = await dstream(['mqtt', 'http://localhost', 'x', 'emit'])
    t.equal(bad.code, 2)
    t.match(bad.stderr, 'mqtt expects a URL')
  })
})
