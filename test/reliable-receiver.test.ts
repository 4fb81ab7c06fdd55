/**
 * Receivers that acknowledge, rows S8, F4 and F5: a sender sends again what was not acknowledged, and the receiver is
 * killed. And the keys of the write-ahead log, row A6.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import tap from 'tap'
import { LogWriter } from '../src/engine/recovery/log-writer.ts'
import { StreamingContext, UsageError } from '../src/index.ts'
import { collectingPort } from './support/collect.ts'
import { COMMAND, dstream } from './support/run.ts'

const KILLS = Number(process.env.DSTREAM_KILLS ?? 20)
const LIBRARY = fileURLToPath(new URL('../dist/index.js', import.meta.url))

/** A receiver that asks for messages, and says which it needs no more: once they are stored, or as soon as they are there. */
const RECEIVER = (isReliable: boolean): string => `
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { Receiver } from ${JSON.stringify(LIBRARY)}
export class Acknowledging extends Receiver {
  constructor(port) { super(); this.port = Number(port) }
  onStart() {
    const socket = connect(this.port, '127.0.0.1')
    this.socket = socket
    socket.on('error', () => {})
    void this.receive(socket)
  }
  onStop() { this.socket.destroy() }
  async receive(socket) {
    for await (const line of createInterface({ input: socket })) {
      const messages = JSON.parse(line)
      ${isReliable ? 'await this.store(messages.values())' : 'void this.store(...messages)'}
      socket.write(messages.at(-1) + '\\n')
    }
  }
}
`

/** Run a receiver and kill it again and again; return what came out, and what the sender may forget. */
async function killed(
  root: string,
  isReliable: boolean,
  kills: number,
): Promise<{ readonly acknowledged: number; readonly out: readonly number[]; readonly again: number }> {
  let acknowledged = -1
  let again = 0
  let highest = -1
  const server = createServer((socket) => {
    socket.on('error', () => {})
    const send = (): void => {
      const messages = Array.from({ length: 7 }, (_, index) => acknowledged + 1 + index)
      again += messages.filter((number) => number <= highest).length
      highest = Math.max(highest, messages.at(-1) as number)
      socket.write(`${JSON.stringify(messages)}\n`)
    }
    createInterface({ input: socket })
      .on('line', (line) => {
        acknowledged = Number(line)
        send()
      })
      .on('error', () => {})
    send()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const file = join(root, 'receiver.mjs')
  writeFileSync(file, RECEIVER(isReliable))
  const flags = [
    '--interval',
    '100ms',
    '--checkpoint',
    join(root, 'checkpoint'),
    '--checkpoint-interval',
    '300ms',
  ]
  const start = (): ChildProcess =>
    spawn(
      process.execPath,
      [
        COMMAND,
        'receiver',
        `${file}#Acknowledging`,
        String(port),
        ...flags,
        '--',
        'save-as-text-files',
        join(root, 'out', 'b'),
      ],
      { stdio: 'ignore' },
    )
  const ended = (child: ChildProcess): Promise<unknown> =>
    new Promise((resolve) => child.on('close', resolve))
  for (let kill = 0; kill < kills; kill++) {
    const child = start()
    const end = ended(child)
    const before = acknowledged
    // Long enough to do something, and then at any moment.
    for (let wait = 0; acknowledged === before && wait < 200; wait++) await sleep(20)
    await sleep(Math.random() * 150)
    child.kill('SIGKILL')
    await end
  }
  const received = acknowledged
  const last = start()
  const end = ended(last)
  const out = (): number[] =>
    existsSync(join(root, 'out'))
      ? readdirSync(join(root, 'out')).flatMap((name) =>
          name.startsWith('b-')
            ? readdirSync(join(root, 'out', name))
                .filter((part) => part.startsWith('part-'))
                .flatMap((part) =>
                  readFileSync(join(root, 'out', name, part), 'utf8')
                    .split('\n')
                    .filter(Boolean)
                    .map(Number),
                )
            : [],
        )
      : []
  for (let wait = 0; wait < 100 && out().every((number) => number <= received); wait++) await sleep(50)
  last.kill('SIGTERM')
  await end
  server.close()
  return { acknowledged, out: out(), again }
}

tap.test(
  'S8 F4 F5 a receiver that acknowledges what is stored loses nothing, however often it is killed',
  async (t) => {
    const { acknowledged, out, again } = await killed(t.testdir(), true, KILLS)
    const seen = new Set(out)
    const lost = Array.from({ length: acknowledged + 1 }, (_, number) => number).filter(
      (number) => !seen.has(number),
    )
    t.ok(acknowledged > KILLS, `${acknowledged + 1} messages`)
    t.strictSame(lost, [], 'what was acknowledged has come out')
    const twice = out.length - seen.size
    t.ok(twice <= again, 'none comes twice that was not sent twice')
    t.comment(
      `${KILLS} kills, ${acknowledged + 1} messages, ${again} sent again, ${twice} came twice, 0 lost`,
    )
  },
)

tap.test('S8 F4 F5 one that acknowledges at once may lose what a kill finds in memory', async (t) => {
  const { acknowledged, out } = await killed(t.testdir(), false, 4)
  const lost = acknowledged + 1 - new Set(out.filter((number) => number <= acknowledged)).size
  // What makes the other test worth something.
  t.ok(lost > 0, `${lost} of ${acknowledged + 1} lost`)
})

tap.test('A6 receiver.writeAheadLog driver.writeAheadLog: accepted; enable needs a checkpoint', async (t) => {
  const root = t.testdir()
  const wal = (key: string): string[] => ['--conf', `spark.streaming.${key}`]
  const enable = wal('receiver.writeAheadLog.enable=true')
  const refused = await dstream([...enable, 'emit'], 'a\n')
  t.match(refused, { code: 2, stdout: '' })
  t.match(refused.stderr, /receiver\.writeAheadLog\.enable is true, and there is no checkpoint/)
  t.match(refused.stderr, /--checkpoint DIR/)
  const settings = [
    ...enable,
    ...wal('driver.writeAheadLog.maxFailures=5'),
    ...wal('receiver.writeAheadLog.class=my.Log'),
  ]
  const by = wal(`checkpoint.directory=${join(root, 'by-key')}`)
  const logged = await dstream([...settings, ...by, '--batch-lines', '1', 'emit'], 'a\n')
  t.match(logged, { code: 0, stdout: 'a\n' })
  t.match(logged.stderr, /driver\.writeAheadLog\.maxFailures has no effect here: a write that fails ends/)
  t.match(logged.stderr, /receiver\.writeAheadLog\.class has no effect here/)
  t.notMatch(logged.stderr, /enable has no effect/)
  t.ok(existsSync(join(root, 'by-key', 'snapshot-000000')), 'A6 checkpoint.directory')
  const conf = { 'spark.streaming.receiver.writeAheadLog.enable': true }
  const program = new StreamingContext({ batchDuration: 1000, port: collectingPort(), conf })
  program.source('demo', []).foreachRDD(() => {})
  program.start()
  await t.rejects(program.awaitTermination(), UsageError)
})

tap.test('S8 F4 a source that waits for the disk while the log goes on in another file', async (t) => {
  const directory = t.testdir()
  const failures: unknown[] = []
  const log = new LogWriter(
    (error) => failures.push(error),
    () => {},
  )
  await log.open(join(directory, 'log-0'), 0)
  for (let number = 1; number <= 20; number++) {
    log.block(0, { kind: 'rows', rows: [number] })
    const waits = [log.synced(), log.open(join(directory, `log-${number}`), number), log.synced()]
    await Promise.all(waits)
  }
  const last = log.synced()
  await log.close()
  await last
  t.strictSame(failures, [])
})
