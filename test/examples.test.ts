/**
 * The programs and the scripts of `examples/`. Spark's own are fed under the clock of `dstream test`, whose output is the
 * same every time, or run by the clock against a real server where it is the source that counts.
 */
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import tap from 'tap'
import { blocksOf, fed, live, ran, serve } from './support/examples.ts'
import { freePort } from './support/real/free-port.ts'

const FOLDER = fileURLToPath(new URL('../examples', import.meta.url))
/** What other examples import. */
const MODULES = ['page-views.ts', 'socket-receiver.ts']
/** What needs a server that is not there in this suite, and is run by test/real/kinesis.test.ts and kafka-api.test.ts. */
const ELSEWHERE = ['kinesis-word-producer.ts', 'direct-kafka-word-count.ts', 'direct-kafka-word-count.sh']
/** What test/examples-learning.test.ts runs. */
const LEARNING = /^streaming-/
const FORMS = ['ts', 'sh'] as const

tap.jobs = 4

for (const form of FORMS) {
  tap.test(`A12-1 network-word-count.${form}`, async (t) => {
    const name = `network-word-count.${form}`
    const feeds = { '0s': 'hello world \nhello\n', '2s': 'a  b\n' }
    t.strictSame(blocksOf(await fed(t, name, feeds)), ['(hello,2)\n(world,1)', '', '(a,1)\n(,1)\n(b,1)'])

    const port = await serve(t, ['hello world\nhello\n'])
    const { stdout, stderr } = await live(name, ['127.0.0.1', port], (text, stop) => {
      if (text.includes('(world,1)\n\n')) stop()
    })
    t.equal(stderr, '')
    t.equal(
      blocksOf(stdout).find((block) => block !== ''),
      '(hello,2)\n(world,1)',
    )
  })

  tap.test(`A12-2 stateful-network-word-count.${form}`, async (t) => {
    const name = `stateful-network-word-count.${form}`
    const feeds = { '0s': 'hello you\nhello\n', '2s': 'you\n' }
    const mapped = await fed(t, name, feeds)
    t.strictSame(
      blocksOf(mapped),
      ['(hello,2)\n(you,1)\n(hello,3)', '', '(you,2)'],
      'once per word that comes',
    )
    const updated = await fed(t, name, feeds, { args: ['localhost', '9999', 'update'] })
    t.strictSame(
      blocksOf(updated),
      ['(hello,3)\n(world,1)\n(you,1)', '(hello,3)\n(world,1)\n(you,1)', '(hello,3)\n(world,1)\n(you,2)'],
      'every word at every batch',
    )
  })

  tap.test(`A12-3 F1 recoverable-network-word-count.${form}, killed, goes on`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'dstream-example-'))
    t.teardown(() => rmSync(folder, { recursive: true, force: true }))
    const name = `recoverable-network-word-count.${form}`
    t.equal((await live(name)).code, 2, 'it says what it needs')
    const [checkpoint, output] = [join(folder, 'checkpoint'), join(folder, 'counts')]
    const written = (): string => {
      if (form === 'ts') return existsSync(output) ? readFileSync(output, 'utf8') : ''
      const batches = readdirSync(folder).filter((each) => each.startsWith('counts-'))
      return batches.map((each) => readFileSync(join(folder, each, 'part-00000'), 'utf8')).join('')
    }
    const port = await serve(t, ['a hello b\nhello\n', 'a world b\nworld\n'], 2)
    for (const [life, word] of ['hello', 'world'].entries()) {
      const { stdout, stderr } = await live(name, ['127.0.0.1', port, checkpoint, output], (_, stop) => {
        if (written().includes(`(${word},2)`)) stop()
      })
      t.match(stdout, form === 'ts' ? /Creating new context/ : /^Time: \d+ ms$/m)
      if (form === 'ts') t.match(stdout, 'Dropped 2 word(s) totally')
      t.match(stderr, life === 0 ? '' : /going on behind the batch of/)
    }
    for (const word of ['hello', 'world']) t.match(written(), `(${word},2)`)
    t.notMatch(written(), /\([abc],/, 'these are left out')
  })

  tap.test(`A12-12 kinesis-word-count.${form}`, async (t) => {
    const feeds = { '0s': 'hello world\nhello\n', '2s': '7\n' }
    const args = ['my-app', 'my-stream', 'http://127.0.0.1:1']
    t.strictSame(blocksOf(await fed(t, `kinesis-word-count.${form}`, feeds, { args })), [
      '(hello,2)\n(world,1)',
      '(7,1)',
    ])
  })

  tap.test(`A12-4 sql-network-word-count.${form}`, async (t) => {
    const words = Array.from({ length: 20 }, (_, index) => `w${String(index).padStart(2, '0')}`)
    const feeds = { '0s': 'to be to\n', '4s': `${words.join(' ')} a-word-of-more-than-twenty-letters\n` }
    const row = (word: string): string => `|${word.padStart(20)}|    1|`
    t.equal(
      await fed(t, `sql-network-word-count.${form}`, feeds),
      [
        '========= 2000 ms =========',
        '+----+-----+\n|word|total|\n+----+-----+\n|  be|    1|\n|  to|    2|\n+----+-----+\n',
        '========= 4000 ms =========',
        '+----+-----+\n|word|total|\n+----+-----+\n+----+-----+\n',
        '========= 6000 ms =========',
        '+--------------------+-----+\n|                word|total|\n+--------------------+-----+',
        ...['a-word-of-more-th...', ...words.slice(0, 19)].map(row),
        '+--------------------+-----+\nonly showing top 20 rows\n\n',
      ].join('\n'),
    )
  })

  tap.test(`A12-7 queue-stream.${form}`, async (t) => {
    const { code, stdout } = await live(`queue-stream.${form}`, ['3'])
    t.equal(code, 0)
    const blocks = blocksOf(stdout).filter((block) => block !== '')
    t.ok(blocks.length >= 2, `${blocks.length} batches`)
    const pairs = Array.from({ length: 10 }, (_, digit) => `(${digit},100)`)
    for (const block of blocks) t.strictSame(block.split('\n').sort(), pairs)
  })

  tap.test(`A12-8 raw-network-grep.${form}`, async (t) => {
    const block = (text: string): Buffer => {
      const bytes = Buffer.alloc(4 + Buffer.byteLength(text))
      bytes.writeUInt32BE(bytes.length - 4)
      bytes.write(text, 4)
      return bytes
    }
    const two = Buffer.concat([block('the end\nnone\n'), block('other\n')])
    const port = await serve(t, [two, block('a\nthen\n')], 2)
    const counts = (text: string): number[] =>
      text.split('\n').flatMap((line) => (line === '' ? [] : Number(/^Grep count: (\d+)$/.exec(line)?.[1])))
    const { stdout, stderr } = await live(
      `raw-network-grep.${form}`,
      ['2', '127.0.0.1', port, '300'],
      (text, stop) => {
        const last = counts(text).findLastIndex((count) => count > 0)
        if (last >= 0 && counts(text).length > last + 2) stop()
      },
    )
    t.equal(stderr, '')
    t.equal(
      counts(stdout).reduce((sum, count) => sum + count, 0),
      3,
      stdout,
    )
    t.equal(counts(stdout).at(-1), 0, 'a batch without such a line counts 0')
  })

  tap.test(`A12-15 flume-event-count.${form}, flume-polling-event-count.${form}`, async (t) => {
    for (const name of [`flume-event-count.${form}`, `flume-polling-event-count.${form}`]) {
      const printed = await fed(t, name, { '0s': 'a\nb\n', '2s': 'c\n' })
      t.strictSame(blocksOf(printed), ['Received 2 flume events.', 'Received 1 flume events.'], name)
    }
  })

  tap.test(`A12-9 hdfs-word-count.${form}`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'dstream-files-'))
    t.teardown(() => rmSync(folder, { recursive: true, force: true }))
    writeFileSync(join(folder, 'old.txt'), 'old\n')
    let isMoved = false
    const { stdout, stderr } = await live(`hdfs-word-count.${form}`, [folder], (text, stop) => {
      if (!isMoved && blocksOf(text).length > 0) {
        isMoved = true
        writeFileSync(join(folder, '.new'), 'to be or\nnot to be \n')
        renameSync(join(folder, '.new'), join(folder, 'new.txt'))
      }
      if (text.includes('(to,2)') && text.endsWith('\n\n')) stop()
    })
    t.equal(stderr, '')
    t.equal(
      blocksOf(stdout).find((block) => block.includes('to')),
      '(to,2)\n(be,2)\n(or,1)\n(not,1)',
    )
    t.notOk(stdout.includes('old'), 'what was there before is not new')
    const times = [...stdout.matchAll(/^Time: (\d+) ms$/gm)].map(([, time]) => Number(time) % 2000)
    t.ok(times.length > 0 && times.every((rest) => rest === 0), 'a batch is two seconds')
  })

  tap.test(`A12-10 custom-receiver.${form}`, async (t) => {
    const port = await serve(t, ['to be\r\nto\n', 'again \n'])
    const { stdout, stderr } = await live(`custom-receiver.${form}`, ['127.0.0.1', port], (text, stop) => {
      if (text.includes('(again,1)\n\n')) stop()
    })
    t.match(stderr, /^Trying to connect again; .*\n$/)
    const blocks = blocksOf(stdout).filter((block) => block !== '')
    t.strictSame(blocks, ['(to,2)\n(be,1)', '(again,1)'])
  })

  tap.test(`A12-10 custom-receiver.${form} says why it cannot connect`, async (t) => {
    const port = String(await freePort())
    const { stderr } = await live(`custom-receiver.${form}`, ['127.0.0.1', port], (_, stop, messages) => {
      if (messages.includes('\n')) stop()
    })
    t.match(stderr, new RegExp(`^Error connecting to 127\\.0\\.0\\.1:${port}: .*ECONNREFUSED.*\n`))
  })

  tap.test(`A12-11 page-view-generator.${form}`, async (t) => {
    const port = String(await freePort())
    const views: string[] = []
    let isConnected = false
    const { stdout } = await live(`page-view-generator.${form}`, [port, '100'], (text, stop) => {
      if (isConnected || !text.includes('\n')) return
      isConnected = true
      const read = (): void => {
        let received = ''
        const socket = connect(Number(port), '127.0.0.1')
        socket.on('error', () => setTimeout(read, 100))
        socket.on('data', (chunk) => {
          received += chunk
          if (views.push(...received.split('\n').slice(views.length, -1)) < 20) return
          socket.destroy()
          stop()
        })
      }
      read()
    })
    t.equal(stdout.split('\n')[0], `Listening on port: ${port}`)
    t.ok(views.length >= 20)
    const view = /^http:\/\/foo\.com\/(news|contact)?\t(200|404)\t(94709|94117)\t([1-9]\d?|100)$/
    for (const line of views) t.match(line, view)
  })

  const view = (url: string, status: number, zipCode: number, userID: number): string =>
    `http://foo.com/${url}\t${status}\t${zipCode}\t${userID}\n`
  const views = {
    '0s':
      [...Array(15).keys()].map((id) => view('', id === 7 ? 404 : 200, 94709, id + 2)).join('') +
      view('news', 200, 94709, 3),
    '9s': [...Array(20).keys()].map((id) => view('news', id === 0 ? 404 : 200, 94117, 50)).join(''),
    '31s': view('contact', 404, 94709, 1) + view('contact', 200, 94709, 1) + view('contact', 200, 94709, 1),
  }
  const figure = async (t: Parameters<typeof fed>[0], metric: string): Promise<Map<number, string>> => {
    const printed = await fed(t, `page-view-stream.${form}`, views, { args: [metric], until: '34s' })
    const times = [...printed.matchAll(/^Time: (\d+) ms$/gm)].map(([, time]) => Number(time) / 1000)
    return new Map(blocksOf(printed).map((block, index) => [times[index] as number, block]))
  }

  tap.test(`A12-11 page-view-stream.${form} pageCounts`, async (t) => {
    const blocks = await figure(t, 'pageCounts')
    t.equal(blocks.size, 34)
    t.equal(blocks.get(1), '(http://foo.com/,15)\n(http://foo.com/news,1)')
    t.equal(blocks.get(2), '')
    t.equal(blocks.get(32), '(http://foo.com/contact,3)')
  })

  tap.test(`A12-11 page-view-stream.${form} slidingPageCounts`, async (t) => {
    const blocks = await figure(t, 'slidingPageCounts')
    t.strictSame(
      [...blocks.keys()],
      Array.from({ length: 17 }, (_, index) => 2 + 2 * index),
    )
    t.equal(blocks.get(8), '(http://foo.com/,15)\n(http://foo.com/news,1)')
    t.equal(blocks.get(10), '(http://foo.com/,15)\n(http://foo.com/news,21)')
    t.equal(blocks.get(12), '(http://foo.com/news,20)')
    t.equal(blocks.get(20), '')
  })

  tap.test(`A12-11 page-view-stream.${form} errorRatePerZipCode`, async (t) => {
    const blocks = await figure(t, 'errorRatePerZipCode')
    t.equal(blocks.get(2), '94709: **0.0625**')
    t.equal(
      blocks.get(30),
      '94709: **0.0625**\n94117: **0.05**',
      '1 of 20 is more than 0.05 in single precision',
    )
    t.equal(blocks.get(34), '94117: **0.05**\n94709: **0.33333334**')
  })

  tap.test(`A12-11 page-view-stream.${form} activeUserCount`, async (t) => {
    const blocks = await figure(t, 'activeUserCount')
    t.equal(blocks.get(2), 'Unique active users: 15')
    t.equal(blocks.get(10), 'Unique active users: 16')
    t.equal(blocks.get(16), 'Unique active users: 1')
    t.equal(blocks.get(26), 'Unique active users: 0')
  })

  tap.test(`A12-11 page-view-stream.${form} popularUsersSeen`, async (t) => {
    const printed = await fed(t, `page-view-stream.${form}`, views, { args: ['popularUsersSeen'] })
    const lines = printed.trimEnd().split('\n')
    t.strictSame(
      [...lines.slice(0, 3).sort(), ...lines.slice(3)],
      [
        'Saw user Emmy Noether at time 1000 ms',
        'Saw user Emmy Noether at time 1000 ms',
        'Saw user Grace Hopper at time 1000 ms',
        ...Array(3).fill('Saw user Ada Lovelace at time 32000 ms'),
      ],
    )
  })

  tap.test(`A12-11 I8.5 page-view-dashboard.${form} has all figures on one page`, async (t) => {
    const received = view('', 404, 94709, 1) + view('', 200, 94709, 2) + view('news', 200, 94117, 2)
    const port = await serve(t, [received], 1)
    const page = String(await freePort())
    const csv = async (panel: string): Promise<string> => {
      const response = await fetch(`http://127.0.0.1:${page}/panels/${panel}.csv`).catch(() => undefined)
      return (await response?.text()) ?? ''
    }
    let figures: readonly string[] = []
    await live(`page-view-dashboard.${form}`, ['127.0.0.1', port, page], (_, stop, messages) => {
      if (!messages.includes('dashboard: http')) return
      const look = async (): Promise<void> => {
        figures = await Promise.all(['1', '2', '3', '4'].map(csv))
        if (figures.every((text) => text.split('\r\n').length > 2)) stop()
        else setTimeout(look, 100)
      }
      void look()
    })
    const [urls = '', errors = '', active = '', users = ''] = figures
    t.match(urls, 'http://foo.com/,2\r\n')
    t.match(urls, 'http://foo.com/news,1\r\n')
    t.match(errors, '94709,50\r\n')
    t.match(errors, '94117,0\r\n')
    t.match(active, /^value\r\n2\r\n$/)
    t.match(users, /Ada Lovelace,1\r\n/)
  })

  tap.test(`A12-11 page-view-stream.${form} knows five metrics`, async (t) => {
    const { code, stdout } = await live(`page-view-stream.${form}`, ['none'])
    t.equal(stdout, 'Invalid metric entered: none\n')
    t.equal(code, 1)
  })

  tap.test(`A12-13 word-join-sentiments.${form}`, async (t) => {
    const feeds = {
      '0s': 'love is good good\nbad good\nno joy\n',
      '1s': 'best great worst\n',
      '10s': 'sad\n',
    }
    const printed = await fed(t, `word-join-sentiments.${form}`, feeds)
    const [first = '', ...others] = printed.split(/^(?=Happiest)/m)
    const [head, ...words] = first.trimEnd().split('\n')
    t.equal(head, 'Happiest topics in the last 5 seconds (7 total):')
    t.equal(words.shift(), 'good (6 happiness)')
    t.strictSame(
      words.sort(),
      ['best', 'great', 'joy', 'love'].map((word) => `${word} (3 happiness)`),
      'the words of equal happiness stand in any order',
    )
    t.strictSame(others, [
      'Happiest topics in the last 5 seconds (0 total):\n',
      'Happiest topics in the last 5 seconds (1 total):\nsad (-3 happiness)\n',
    ])
  })

  tap.test(`A12-16 popular-hash-tags.${form}`, async (t) => {
    const many = [...Array(12).keys()].map((index) => `#t${index} `.repeat(13 - index))
    const feeds = { '0s': `${many.join('')}no tag#\n`, '9s': '#t1 #t1\n' }
    const lines = (seconds: number, total: number, tags: readonly (readonly [string, number])[]): string =>
      `\nPopular topics in last ${seconds} seconds (${total} total):\n${tags.map(([tag, count]) => `${tag} (${count} tweets)\n`).join('')}`
    const top = [...Array(10).keys()].map((index) => [`#t${index}`, 13 - index] as const)
    const later = [['#t1', 14], ['#t0', 13], ...top.slice(2)] as const
    const long = [...Array(4).fill(lines(60, 12, top)), lines(60, 12, later), lines(60, 12, later)]
    const short = [...Array(4).fill(lines(10, 12, top)), lines(10, 12, later), lines(10, 1, [['#t1', 2]])]
    const name = `popular-hash-tags.${form}`
    if (form === 'ts') {
      const both = long.map((text, index) => `${text}${short[index]}`)
      t.equal(await fed(t, name, feeds, { until: '12s' }), both.join(''))
    } else {
      t.equal(await fed(t, name, feeds, { until: '12s' }), long.join(''))
      const args = ['localhost', '9999', '10']
      t.equal(await fed(t, name, feeds, { args, until: '12s' }), short.join(''))
    }
  })

  tap.test(`A12-16 hash-tag-sentiments.${form}`, async (t) => {
    const feeds = {
      '0s': '#joy good #bad\n#table #joy#\n',
      '1s': '#joy\n',
      '9s': '#good #good #good #good\n',
    }
    const block = (seconds: number, ...tags: readonly string[]): string =>
      `\nHappiest topics in last ${seconds} seconds (${tags.length} total):\n${tags.map((tag) => `${tag} happiness)\n`).join('')}`
    const before = ['joy (6', 'bad (-2']
    const both = ['good (8', ...before]
    const of = (seconds: number, last: readonly string[]): string[] =>
      [before, before, before, before, both, last].map((tags) => block(seconds, ...tags))
    const [long, short] = [of(60, both), of(10, ['good (8'])]
    const name = `hash-tag-sentiments.${form}`
    const printed = await fed(t, name, feeds, { until: '12s' })
    if (form === 'ts') {
      t.equal(printed, long.map((text, index) => `${text}${short[index]}`).join(''))
      return
    }
    t.equal(printed, long.join(''))
    const args = ['localhost', '9999', '10']
    t.equal(await fed(t, name, feeds, { args, until: '12s' }), short.join(''))
  })

  const users = { '0s': 'ann\nbob\nann\ncy\nann\nbob\n', '21s': 'bob\nbob\n' }
  const args = ['localhost', '9999', 'overall']

  tap.test(`A12-17 approximate-top.${form}`, async (t) => {
    const name = `approximate-top.${form}`
    const printed = await fed(t, name, users)
    if (form === 'ts') {
      const at = 'Approx heavy hitters at 0.00% threshold'
      const batch = (label: string, top: string, exact: string, all: string): string =>
        `${at} this batch: ${top}\n${at} overall: ${all}\n` +
        `Exact heavy hitters this batch: ${exact}\nExact heavy hitters overall: ${all}\n${label}`
      const first = '[(ann,3),(bob,2),(cy,1)]'
      t.equal(
        printed,
        batch('', first, '[(3,ann),(2,bob),(1,cy)]', first) +
          batch('', '[(bob,2)]', '[(2,bob)]', '[(bob,4),(ann,3),(cy,1)]'),
      )
      return
    }
    const line = 'Approx heavy hitters'
    t.equal(printed, `${line} this batch: [(ann,3),(bob,2),(cy,1)]\n${line} this batch: [(bob,2)]\n`)
    t.strictSame((await fed(t, name, users, { args })).trimEnd().split('\n'), [
      `${line} overall: [(ann,3),(bob,2),(cy,1)]`,
      `${line} overall: [(ann,3),(bob,2),(cy,1)]`,
      `${line} overall: [(bob,4),(ann,3),(cy,1)]`,
    ])
  })

  tap.test(`A12-17 approximate-distinct.${form}`, async (t) => {
    const name = `approximate-distinct.${form}`
    if (form === 'ts') {
      // Beyond 4,096 users the count is approximate.
      const many = {
        '0s': [...Array(20_000).keys()].map((id) => `user-${id}\n`).join(''),
        '6s': 'user-1\nann\n',
      }
      const printed = await fed(t, name, many)
      const [first, second, none] = printed.split(/(?<=^Error rate: .*\n)/m)
      const read = (text = ''): number[] =>
        [...text.matchAll(/^(?:Approx|Exact) distinct users (?:this batch|overall): (\d+)$/gm)].map(([, n]) =>
          Number(n),
        )
      const [approx = 0, approxOverall, ...exact] = read(first)
      t.equal(approx, approxOverall)
      t.strictSame(exact, [20_000, 20_000])
      t.ok(Math.abs(approx / 20_000 - 1) < 0.1, `${approx} of 20,000`)
      t.equal(first?.split('\n')[4], `Error rate: ${((approx / 20_000 - 1) * 100).toFixed(5)}%`)
      const [batch, , ...exactLater] = read(second)
      t.equal(batch, 2)
      t.strictSame(exactLater, [2, 20_001])
      t.equal(none, undefined)
      return
    }
    t.equal(
      await fed(t, name, users),
      'Approx distinct users this batch: 3\nApprox distinct users this batch: 1\n',
    )
    t.equal(await fed(t, name, users, { args }), 'Approx distinct users overall: 3\n'.repeat(5))
  })
}

tap.test('examples that are dstream’s own', { jobs: 4 }, (t) => {
  t.test('window-word-count (P4)', async (t) => {
    const { code, stdout } = await live('window-word-count.ts', [], undefined, 'to be or\nnot to be\n')
    t.equal(code, 0)
    t.strictSame(blocksOf(stdout), ['(to,2)\n(be,2)\n(or,1)\n(not,1)'])
  })
  t.test('join-streams (P6)', async (t) => {
    const { code, stdout } = await live('join-streams.ts')
    t.equal(code, 0)
    t.strictSame(blocksOf(stdout), ['Ada saw /home', 'Ada saw /cart\nLinus saw /home', ''])
  })
  t.test('foreach-rdd (D17)', async (t) => {
    const path = join(t.testdir({}), 'counts.txt')
    const { code, stdout } = await live('foreach-rdd.ts', [path], undefined, 'to be or\nnot to be\n')
    t.equal(code, 0)
    t.equal(stdout, `Appended 4 words to ${path}\n`)
    t.match(readFileSync(path, 'utf8'), /^\d{4}-\S+Z to 2, be 2, or 1, not 1\n$/)
    rmSync(path)
  })
  t.test('typed-functions', async (t) => {
    const input = readFileSync(join(FOLDER, 'requests.jsonl'), 'utf8')
    const { code, stdout } = await live('typed-functions.ts', [], undefined, input)
    t.equal(code, 0)
    const rows = [...stdout.matchAll(/(?:· (\w+) · 2$)|^ +(\w\.example) +(\d+)$/gm)]
    t.strictSame(
      rows.map(([, title, host, value]) => title ?? `${host} ${value}`),
      ['mean', 'a.example 10', 'b.example 30', 'slowest', 'a.example 12', 'b.example 40'].concat(
        'requests',
        'a.example 3',
        'b.example 2',
      ),
    )
  })
  t.test('listener (A9)', async (t) => {
    const { code, stdout, stderr } = await live('listener.ts')
    t.equal(code, 0)
    const lines = ['started', 'count 3', '3 records', 'count 1', '1 records', 'count 0', '0 records']
    t.strictSame(stdout.trimEnd().split('\n'), lines)
    t.equal(stderr.match(/^waited \d+ ms, took \d+ ms$/gm)?.length, 3)
  })
  t.test('manual-clock', async (t) => {
    t.match(await live('manual-clock.ts'), { code: 0, stdout: 'as expected\n', stderr: '' })
  })
  t.test('union-top (D4)', async (t) => {
    const { code, stdout } = await live('union-top.ts')
    t.equal(code, 0)
    const rows = [...stdout.matchAll(/^ +(\w+) +(\d)$/gm)].map(([, word, count]) => `${word} ${count}`)
    t.strictSame(rows, ['to 2', 'be 2', 'or 1', 'or 2', 'to 1', 'be 1'])
  })
  t.end()
})

// After all others: not buffered, it waits for them.
tap.test('no example is forgotten', { buffered: false }, async (t) => {
  const files = readdirSync(FOLDER).filter(
    (name) => /\.(ts|sh)$/.test(name) && !LEARNING.test(name) && ![...MODULES, ...ELSEWHERE].includes(name),
  )
  t.strictSame([...ran].sort(), files.sort())
})
