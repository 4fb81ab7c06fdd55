/** The command as a process: ends of input, signals, closed readers, slow ones, terminals, hostile input. */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import tap from 'tap'
import { COMMAND, dstream } from './support/run.ts'
import { Session } from './support/session.ts'

const fast = ['--interval', '100ms']

function has(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0
}

/** Run a line of shell in which `dstream` is the command; returns its exit code, stdout and stderr. */
function shell(line: string): { code: number | null; stdout: string; stderr: string } {
  const text = `set -o pipefail; dstream() { '${process.execPath}' '${COMMAND}' "$@"; }; ${line}`
  const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-c', text], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  return { code: status, stdout, stderr }
}

tap.test(
  'the newest line is shown without waiting for the next (asks-2, asks-3, asks-7, asks-24)',
  async (t) => {
    for (const output of [['emit'], ['print'], ['emit', '--format', 'csv'], ['print', '--format', 'spark']]) {
      const session = new Session([...fast, 'stdin', ...output])
      for (const line of ['first', 'second', 'third']) {
        session.write(`${line}\n`)
        await session.until('stdout', line)
      }
      session.child.stdin.end()
      t.equal((await session.ended).code, 0, output.join(' '))
    }
  },
)

tap.test('a chain of three commands holds nothing back either', async (t) => {
  const line = `dstream -i 100ms flatmap split | dstream -i 100ms reduce-by-key | dstream -i 100ms map lower`
  const child = spawn('bash', [
    '--norc',
    '-c',
    `dstream() { '${process.execPath}' '${COMMAND}' "$@"; }; ${line}`,
  ])
  child.stdin.write('A b\n')
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer]
  t.match(chunk.toString(), /^a\t1\n/)
  child.stdin.end()
  const [code] = (await once(child, 'close')) as [number]
  t.equal(code, 0)
})

tap.test('the end of input flushes the last batch, half a line included, and exits 0 (S1)', async (t) => {
  const { code, stdout } = await dstream(['--interval', '1h', 'count-by-value'], 'a\nb\na')
  t.strictSame([code, stdout], [0, 'a\t2\nb\t1\n'])
})

tap.test(
  'SIGINT and SIGTERM once: what was received is finished, exit 0 (C19, F9, A6 stopGracefullyOnShutdown)',
  async (t) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      const session = new Session(['--interval', '1h', 'tap', 'seen', 'count'])
      session.write('a\nb\nunfinished')
      await session.until('stderr', 'seen: "b"')
      session.child.kill(signal)
      const { code, stdout } = await session.ended
      t.strictSame([code, stdout], [0, '3\n'], signal)
    }
  },
)

tap.test('SIGINT twice: now (C19)', async (t) => {
  const held = new Session(['--interval', '1h', 'tap', 'seen', 'emit'])
  held.write(`${'a\n'.repeat(200_000)}`)
  await held.until('stderr', 'seen')
  // A reader that reads nothing: the last batch cannot be written, so the first signal alone would wait for ever.
  held.child.stdout.pause()
  held.child.kill('SIGINT')
  await new Promise((resolve) => setTimeout(resolve, 200))
  held.child.kill('SIGINT')
  const { code } = await held.ended
  t.ok(code === 130 || code === 0, `exit ${code}`)
})

tap.test(
  'a closed reader stops the source and exits 0, a hundred times of a hundred (asks-9)',
  { timeout: 120_000 },
  async (t) => {
    const line =
      'for i in $(seq 50); do yes | (dstream -i 100ms flatmap split reduce-by-key; echo $? >&3) | head -1 >/dev/null; done 3>&1'
    const text = `dstream() { '${process.execPath}' '${COMMAND}' "$@"; }; ${line}`
    const two = [0, 1].map(async () => {
      const child = spawn('bash', ['--norc', '-c', text])
      let out = ''
      let err = ''
      child.stdout.on('data', (chunk: Buffer) => (out += chunk))
      child.stderr.on('data', (chunk: Buffer) => (err += chunk))
      await once(child, 'close')
      return { codes: out.trim().split('\n'), err }
    })
    for (const { codes, err } of await Promise.all(two)) {
      t.strictSame(codes, Array(50).fill('0'))
      t.equal(err, '')
    }
  },
)

tap.test('closed stdout and stderr are no crash', (t) => {
  t.equal(shell('printf "a\\n" | dstream count 1>&-').code !== null, true)
  t.strictSame(shell('printf "a\\n" | dstream tap count 2>&-').stdout, '1\n')
  t.end()
})

tap.test(
  'a full disk is an error, not a silence',
  { skip: process.platform === 'linux' ? false : 'Linux only' },
  (t) => {
    const { code, stderr } = shell('printf "a\\n" | dstream count > /dev/full')
    t.equal(code, 1)
    t.match(stderr, /no space left/i)
    t.end()
  },
)

tap.test(
  'a slow reader slows the source, and nothing is lost (asks-25)',
  { skip: has('yes') ? false : 'no yes here' },
  (t) => {
    const { stdout } = shell('yes 0123456789 | head -n 400000 | dstream -i 100ms emit | (sleep 1; wc -l)')
    t.equal(stdout.trim(), '400000')
    t.end()
  },
)

tap.test('binary input neither crashes nor ends the run', async (t) => {
  const noise = new Uint8Array(3_000_000).map((_, index) => (index * 2654435761) >>> 13)
  const { code, stderr } = await dstream(['flatmap', 'split', 'reduce-by-key', 'count'], noise)
  t.equal(code, 0, stderr)
  t.match(stderr, /not UTF-8/)
})

tap.test('an endless line is refused by name, with its place', (t) => {
  const { code, stderr } = shell('(echo ok; yes | tr -d "\\n") | dstream count')
  t.equal(code, 1)
  t.match(stderr, /stdin: the line that starts at byte 3 is longer than 16 MiB/)
  t.match(stderr, /--max-line/)
  t.end()
})

tap.test('print in a file, emit in a pipe', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'dstream-'))
  const file = join(folder, 'out')
  shell(`printf 'a\\n' | dstream --batch-lines 5 count-by-value > '${file}'`)
  t.match(readFileSync(file, 'utf8'), /key +value/)
  t.equal(shell(`printf 'a\\n' | dstream --batch-lines 5 count-by-value | cat`).stdout, 'a\t1\n')
  rmSync(folder, { recursive: true })
  t.end()
})

tap.test(
  'socket reads from a real nc -lk, and connects again (C8)',
  { skip: has('nc') ? false : 'no nc here' },
  async (t) => {
    const probe = createServer().listen(0, '127.0.0.1')
    await once(probe, 'listening')
    const { port } = probe.address() as AddressInfo
    await new Promise((resolve) => probe.close(resolve))
    const nc = spawn('nc', ['-lk', '127.0.0.1', String(port)])
    await new Promise((resolve) => setTimeout(resolve, 300))
    const session = new Session([
      ...fast,
      'socket',
      '127.0.0.1',
      String(port),
      '--retry',
      '200ms',
      'flatmap',
      'split',
      'reduce-by-key',
    ])
    nc.stdin.write('to be or not to be\n')
    await session.until('stdout', 'not\t1\n')
    t.equal(session.stdout, 'to\t2\nbe\t2\nor\t1\nnot\t1\n')
    nc.kill()
    await session.until('stderr', 'connecting again')
    session.child.kill('SIGINT')
    t.equal((await session.ended).code, 0)
  },
)

tap.test('listen takes many senders at once, and their lines never mix', async (t) => {
  const session = new Session([...fast, 'listen', '0', '--once', 'count-by-value'])
  await session.until('stderr', 'listening on')
  const port = Number(/127\.0\.0\.1:(\d+)/.exec(session.stderr)?.[1])
  const senders = [0, 1, 2].map(() => connect(port, '127.0.0.1'))
  await Promise.all(senders.map((sender) => once(sender, 'connect')))
  for (const part of ['he', 'll', 'o\n']) for (const sender of senders) sender.write(part)
  for (const sender of senders) sender.end()
  const { code, stdout } = await session.ended
  t.equal(code, 0)
  const total = stdout
    .trim()
    .split('\n')
    .map((line) => line.split('\t'))
  t.ok(
    total.every(([word]) => word === 'hello'),
    stdout,
  )
  t.equal(
    total.reduce((sum, [, count]) => sum + Number(count), 0),
    3,
  )
})

tap.test('a port in use is refused by name', async (t) => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const { code, stderr } = await dstream(['listen', String(port), 'count'])
  t.equal(code, 1)
  t.match(stderr, new RegExp(`127.0.0.1:${port} is in use`))
  server.close()
})

tap.test(
  'a terminal gets a table, colour and a width; NO_COLOR is honoured',
  { skip: has('script') ? false : 'no script here' },
  (t) => {
    const run = (setting: string): string => {
      const line = `printf 'a b a\\n' | ${setting} '${process.execPath}' '${COMMAND}' --batch-lines 5 flatmap split reduce-by-key`
      return execFileSync('script', ['-qec', line, '/dev/null'], {
        env: { ...process.env, TERM: 'xterm-256color' },
      }).toString()
    }
    t.ok(run('').includes('\u001b['), 'colour on a terminal')
    t.notOk(run('NO_COLOR=1').includes('\u001b[3'), 'none with NO_COLOR')
    t.match(run('NO_COLOR=1'), /key +value/)
    t.end()
  },
)

tap.test(
  'a run without output shows its progress on a terminal, and takes it away',
  { skip: has('script') ? false : 'no script here' },
  (t) => {
    const line = `(sleep 4; echo a) | '${process.execPath}' '${COMMAND}' -i 500ms count-by-value`
    const out = execFileSync('script', ['-qec', line, '/dev/null'], {
      env: { ...process.env, TERM: 'xterm' },
    }).toString()
    t.match(out, /rows\/s/)
    t.ok(out.lastIndexOf('\r\u001b[2K') > out.lastIndexOf('rows/s'), 'the line is erased')
    t.match(out.slice(out.lastIndexOf('rows/s')), /key/)
    t.end()
  },
)

tap.test('files of a program: a module that is read on the way', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'dstream-'))
  writeFileSync(join(folder, 'words.ts'), 'export const long = (word: string): boolean => word.length > 2\n')
  const { stdout } = await dstream(
    ['flatmap', 'split', 'filter', `${join(folder, 'words.ts')}#long`],
    'a sea of words\n',
  )
  t.equal(stdout, 'sea\nwords\n')
  rmSync(folder, { recursive: true })
})

tap.test('--stats says what was done and the memory it took (asks-5)', async (t) => {
  const { stderr } = await dstream(['--stats', 'count'], 'a\nb\n')
  t.match(stderr, /2 rows · 1 batches? · [\d.]+ s · [\d,]+ rows\/s · peak memory \d+ MiB/)
})

tap.test('--timeout and --batches end a run that has no end (C18)', async (t) => {
  const timed = await dstream([...fast, 'demo', '--timeout', '350ms', 'count'])
  t.equal(timed.code, 0)
  const counted = await dstream([...fast, 'rate', '10', '--batches', '3', 'count'])
  t.equal(counted.stdout, '1\n1\n1\n')
})

tap.test('--max-rate bounds what a batch takes (A6 receiver.maxRate)', async (t) => {
  const args = ['--interval', '100ms', '--max-rate', '50', '--batches', '5', 'count']
  const { stdout } = await dstream(args, 'x\n'.repeat(1000))
  const [first, ...others] = stdout.trim().split('\n').map(Number)
  // The first boundary may come before the first line.
  t.ok(first === 0 || first === 5, stdout)
  t.strictSame(others, [5, 5, 5, 5])
})

tap.test('what a bound has held back is finished too when a signal comes (C19)', async (t) => {
  const session = new Session([...fast, '--max-rate', '50', 'tap', 'seen', 'count'])
  session.write('x\n'.repeat(1000))
  await session.until('stderr', 'seen')
  session.child.kill('SIGINT')
  const { code, stdout } = await session.ended
  const counts = stdout.trim().split('\n').map(Number)
  t.equal(code, 0)
  t.equal(
    counts.reduce((sum, count) => sum + count, 0),
    1000,
  )
  t.ok(
    counts.every((count) => count <= 5),
    stdout,
  )
})

tap.test('what a policy drops is counted, and the exit code says so', async (t) => {
  const { code, stderr } = await dstream(
    ['stdin', '--framing', 'json-seq'],
    '\u001e{"a":1}\n\u001e{"a":\u001e{"a":2}\n',
  )
  t.equal(code, 3)
  t.match(stderr, /dropped 1 element/)
})

tap.test('emit --format arrow writes one stream that Arrow reads, a record batch each', async (t) => {
  const { tableFromIPC } = await import('apache-arrow')
  const folder = mkdtempSync(join(tmpdir(), 'dstream-'))
  const file = join(folder, 'out.arrow')
  const { code } = shell(
    `printf 'a b\\na\\n' | dstream --batch-lines 1 flatmap split reduce-by-key emit --format arrow > '${file}'`,
  )
  const table = tableFromIPC(readFileSync(file))
  t.equal(code, 0)
  t.equal(table.batches.length, 2)
  t.strictSame(
    table.toArray().map((row) => row.toJSON()),
    [
      { key: 'a', value: 1 },
      { key: 'b', value: 1 },
      { key: 'a', value: 1 },
    ],
  )
  rmSync(folder, { recursive: true })
})

tap.test('a chain loads few files and no library that it does not use (asks-10)', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'dstream-'))
  // Coverage lists every script that a process has loaded, whether it was imported or required.
  const { code } = await dstream(['flatmap', 'split', 'reduce-by-key'], 'a\n', {
    env: { NODE_V8_COVERAGE: folder },
  })
  const loaded = readdirSync(folder).flatMap((name) => {
    const { result } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as { result: { url: string }[] }
    return result.map(({ url }) => url).filter((url) => url.startsWith('file:'))
  })
  t.equal(code, 0)
  t.ok(loaded.length >= 2 && loaded.length <= 4, loaded.join('\n'))
  t.strictSame(
    loaded.filter((url) => url.includes('node_modules')),
    [],
  )
  rmSync(folder, { recursive: true })
})

tap.test('memory does not follow the length of the input (asks-5)', (t) => {
  for (const chain of [
    'flatmap split reduce-by-key',
    'filter contains:question',
    "map 'l => l.length' count",
  ]) {
    const line = `yes 'to be or not to be that is the question' | head -c 150000000 | dstream --stats ${chain} | tail -1`
    const { stderr } = shell(line)
    const memory = Number(/peak memory (\d+) MiB/.exec(stderr)?.[1])
    t.ok(memory > 10 && memory < 200, `${chain}: ${memory} MiB`)
  }
  t.end()
})
