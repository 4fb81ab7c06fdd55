/** Sources `flume` and `flume-polling` against a real agent of Flume 1.11.0, which Maven installs. */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import tap, { type Test } from 'tap'
import { makeCertificate } from '../support/certificate.ts'
import { live } from '../support/examples.ts'
import {
  Agent,
  agentSources,
  avroSink,
  channel,
  freePort,
  installFlume,
  pollingSink,
  toNetcat,
} from '../support/real/flume.ts'
import { Session } from '../support/session.ts'

await installFlume()

const lines = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${name}-${index}`)

/** The different lines of what was written. */
function found(text: string): string[] {
  return [...new Set(text.split('\n').filter((line) => line !== ''))].sort()
}

/** What `save-as-text-files PREFIX` has written. */
function saved(folder: string): string {
  return readdirSync(folder)
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) =>
      readdirSync(join(folder, name)).map((part) => readFileSync(join(folder, name, part), 'utf8')),
    )
    .join('')
}

async function until(condition: () => boolean, what: () => string, timeout = 60_000): Promise<void> {
  const deadline = Date.now() + timeout
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`not within ${timeout} ms: ${what()}`)
    await sleep(50)
  }
}

function session(t: Test, args: readonly string[]): Session {
  const made = new Session(args)
  t.teardown(() => void made.child.kill('SIGKILL'))
  return made
}

tap.test('I7.2 S4 netcat, exec and spooling-directory sources, with headers', async (t) => {
  const folder = t.testdir({
    spool: { 'a.txt': lines('spool', 300).join('\n') },
    exec: lines('exec', 300).join('\n'),
  })
  const [port, netcat] = [String(await freePort()), String(await freePort())]
  const flume = session(t, [
    'flume',
    port,
    '--with',
    'headers',
    '--interval',
    '200ms',
    'emit',
    '--format',
    'json',
  ])
  await flume.until('stderr', 'listening on')
  const sources = agentSources({
    n: {
      type: 'netcat',
      bind: '127.0.0.1',
      port: netcat,
      interceptors: 'h',
      'interceptors.h.type': 'static',
      'interceptors.h.key': 'from',
      'interceptors.h.value': 'netcat',
    },
    e: { type: 'exec', command: `cat ${folder}/exec` },
    s: { type: 'spooldir', spoolDir: `${folder}/spool`, fileHeader: 'true', basenameHeader: 'true' },
  })
  const agent = new Agent(t, folder, sources + channel() + avroSink(port))
  await agent.start()
  await toNetcat(netcat, lines('netcat', 300))
  const read = (): { headers: Record<string, string>; body: string }[] =>
    flume.stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line))
  await until(
    () => read().length >= 900,
    () => `${read().length} events, ${flume.stderr} ${agent.log.slice(-1500)}`,
  )
  const events = read()
  t.strictSame(
    events.map(({ body }) => body).sort(),
    [...lines('spool', 300), ...lines('exec', 300), ...lines('netcat', 300)].sort(),
    'each once, for nothing was broken',
  )
  t.strictSame(events.find(({ body }) => body === 'spool-7')?.headers, {
    basename: 'a.txt',
    file: `${folder}/spool/a.txt`,
  })
  t.strictSame(events.find(({ body }) => body === 'netcat-7')?.headers, { from: 'netcat' })
  flume.child.kill('SIGTERM')
  t.equal((await flume.ended).code, 0)
})

tap.test('I7.2 S4 F5 the agent is killed and started again: nothing is lost', async (t) => {
  const folder = t.testdir({ spool: {}, channel: {}, out: {} })
  const all = lines('line', 30_000)
  writeFileSync(join(folder, 'spool/a.txt'), all.join('\n'))
  const port = String(await freePort())
  const slow = ['--interval', '200ms', '--max-rate', '4000']
  const flume = session(t, ['flume', port, ...slow, 'save-as-text-files', `${folder}/out/b`])
  await flume.until('stderr', 'listening on')
  const sources = agentSources({ s: { type: 'spooldir', spoolDir: `${folder}/spool`, batchSize: 100 } })
  const agent = new Agent(t, folder, sources + channel(`${folder}/channel`) + avroSink(port))
  const received = (): number => found(saved(`${folder}/out`)).length
  let kills = 0
  while (received() < all.length && kills < 3) {
    const before = received()
    await agent.start()
    await until(
      () => received() > before,
      () => `${received()} events, ${agent.log.slice(-1500)}`,
    )
    if (received() === all.length) break
    await agent.kill()
    kills += 1
  }
  t.ok(kills >= 1, `killed ${kills} times in mid-stream`)
  if (received() < all.length) await agent.start()
  await until(
    () => received() >= all.length,
    () => `${received()} events, ${agent.log.slice(-1500)}`,
  )
  t.strictSame(found(saved(`${folder}/out`)), [...all].sort())
  flume.child.kill('SIGTERM')
  t.equal((await flume.ended).code, 0)
  // tap removes the folder before it calls the teardowns, and the agent writes its checkpoint there.
  await agent.kill()
})

for (const kind of ['push', 'pull'] as const) {
  tap.test(
    `I7.2 ${kind === 'push' ? 'S4' : 'S5'} F5 dstream is killed and goes on, ${kind}: nothing is lost`,
    async (t) => {
      const folder = t.testdir({ spool: {}, channel: {}, out: {} })
      const all = lines('line', 20_000)
      writeFileSync(join(folder, 'spool/a.txt'), all.slice(0, 10_000).join('\n'))
      const port = String(await freePort())
      const source =
        kind === 'push' ? ['flume', port] : ['flume-polling', `127.0.0.1:${port}`, '--max-batch-size', '200']
      const args = [...source, '--interval', '200ms', '--checkpoint', `${folder}/checkpoint`]
      const sink = kind === 'push' ? avroSink(port) : pollingSink(port)
      const sources = agentSources({ s: { type: 'spooldir', spoolDir: `${folder}/spool`, batchSize: 100 } })
      const agent = new Agent(t, folder, sources + channel(`${folder}/channel`) + sink)
      await agent.start()
      const received = (): number => found(saved(`${folder}/out`)).length
      let last: Session | undefined
      for (let life = 0; life < 4; life += 1) {
        const before = received()
        last = session(t, [...args, 'save-as-text-files', `${folder}/out/b`])
        if (life === 1) writeFileSync(join(folder, 'spool/b.txt'), all.slice(10_000).join('\n'))
        if (life === 2) {
          await agent.kill()
          await agent.start()
        }
        const told = last
        await until(
          () => received() > before || received() === all.length,
          () => `${received()} events, ${told.stderr} ${agent.log.slice(-1500)}`,
        )
        if (life < 3) last.child.kill('SIGKILL')
        await (life < 3 ? last.ended : undefined)
      }
      await until(
        () => received() >= all.length,
        () => `${received()} events, ${last?.stderr} ${agent.log.slice(-1500)}`,
      )
      t.strictSame(found(saved(`${folder}/out`)), [...all].sort())
      const doubles = saved(`${folder}/out`).split('\n').length - 1 - all.length
      t.comment(`${doubles} came twice`)
      last?.child.kill('SIGTERM')
      t.equal((await last?.ended)?.code, 0)
      await agent.kill()
    },
  )
}

tap.test('I7.2 deflate, and TLS, as the sink offers them', async (t) => {
  const folder = t.testdir({})
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  makeCertificate(cert, key)
  const store = join(folder, 'trusted.p12')
  execFileSync(
    'keytool',
    [
      '-importcert',
      '-noprompt',
      '-file',
      cert,
      '-keystore',
      store,
      '-storetype',
      'PKCS12',
      '-storepass',
      'secret',
    ],
    { stdio: 'ignore' },
  )
  const trusted = { truststore: store, 'truststore-type': 'PKCS12', 'truststore-password': 'secret' }
  const ways = {
    deflate: [['--compression', 'deflate'], { 'compression-type': 'deflate' }],
    tls: [['--tls-cert', cert, '--tls-key', key], { ssl: 'true', ...trusted }],
  } as const
  for (const [name, [flags, settings]] of Object.entries(ways)) {
    const [port, netcat] = [String(await freePort()), String(await freePort())]
    const flume = session(t, ['flume', port, ...flags, '--interval', '200ms', 'emit'])
    await flume.until('stderr', 'listening on')
    const sources = agentSources({ n: { type: 'netcat', bind: '127.0.0.1', port: netcat } })
    const agent = new Agent(t, folder, sources + channel() + avroSink(port, settings))
    await agent.start()
    await toNetcat(netcat, lines(name, 1000))
    await until(
      () => flume.stdout.split('\n').length > 1000,
      () => `${name}: ${flume.stderr} ${agent.log.slice(-1500)}`,
    )
    t.strictSame(found(flume.stdout), lines(name, 1000).sort(), name)
    await agent.kill()
    flume.child.kill('SIGTERM')
    t.equal((await flume.ended).code, 0)
  }
})

for (const form of ['ts', 'sh'] as const) {
  tap.test(
    `A12-15 flume-event-count.${form} and flume-polling-event-count.${form} beside an agent`,
    async (t) => {
      for (const [name, sinkOf] of [
        [`flume-event-count.${form}`, avroSink],
        [`flume-polling-event-count.${form}`, pollingSink],
      ] as const) {
        const folder = t.testdir({})
        const [port, netcat] = [String(await freePort()), String(await freePort())]
        const sources = agentSources({ n: { type: 'netcat', bind: '127.0.0.1', port: netcat } })
        const agent = new Agent(t, folder, sources + channel() + sinkOf(port))
        await agent.start()
        const total = (text: string): number =>
          [...text.matchAll(/^Received (\d+) flume events\.$/gm)].reduce(
            (sum, [, count]) => sum + Number(count),
            0,
          )
        const running = live(name, ['127.0.0.1', port], (text, stop) => {
          if (total(text) >= 20) stop()
        })
        await toNetcat(netcat, lines('event', 20))
        const { stdout, stderr } = await running
        t.equal(total(stdout), 20, `${name}: ${stdout} ${stderr}`)
        await agent.kill()
      }
    },
  )
}
