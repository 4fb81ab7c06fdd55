import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import tap, { type Test } from 'tap'
import { batchPath } from '../src/engine/outputs/files/files-writer.ts'
import { formatSpark, sparkText } from '../src/engine/outputs/formats/spark.ts'
import { type DStream, type OutputPort, StreamingContext } from '../src/index.ts'
import { collectingPort } from './support/collect.ts'
import { recordingPort } from './support/program.ts'
import { COMMAND, dstream } from './support/run.ts'

/** Run outputs over queued batches under a virtual clock: batch times are 1000, 2000, … */
async function run<T>(
  batches: readonly (readonly T[])[],
  output: (stream: DStream<T>) => void,
  port: OutputPort = collectingPort(),
  count = batches.length,
): Promise<void> {
  const context = new StreamingContext({ batchDuration: 1000, batchLines: 1, batches: count, port })
  output(context.queueStream([...batches]))
  context.start()
  await context.awaitTermination()
}

/** What `run` fails with. */
async function failureOf(...args: Parameters<typeof run<unknown>>): Promise<Error & { stage?: string }> {
  try {
    await run(...args)
  } catch (error) {
    return error as Error
  }
  throw new Error('it did not fail')
}

/** Every file below a folder with its text, hidden ones too. */
function filesIn(folder: string, under = ''): Record<string, string> {
  const found: Record<string, string> = {}
  for (const entry of readdirSync(join(folder, under), { withFileTypes: true })) {
    const path = join(under, entry.name)
    if (entry.isDirectory()) Object.assign(found, filesIn(folder, path))
    else found[path] = readFileSync(join(folder, path), 'utf8')
  }
  return found
}

const prefixIn = (t: Test, name = 'x'): { folder: string; prefix: string } => {
  const folder = t.testdir({})
  return { folder, prefix: join(folder, name) }
}

tap.test('D16 a batch is named PREFIX-TIME.SUFFIX, without what is empty', async (t) => {
  t.equal(batchPath('out/x', 'txt', 1357008430000), 'out/x-1357008430000.txt')
  t.equal(batchPath('out/x', undefined, 1000), 'out/x-1000')
  t.equal(batchPath('out/x', '', 1000), 'out/x-1000')
  t.equal(batchPath('', 'txt', 1000), '1000.txt')
})

tap.test('D16 saveAsTextFiles writes a directory per batch, empty ones too', async (t) => {
  const { folder, prefix } = prefixIn(t, 'deep/er/x')
  await run<unknown>([['a', ['b', 2], { c: 3 }], [], ['d']], (stream) => {
    stream.saveAsTextFiles(prefix, 'txt')
    stream.saveAsTextFiles(join(folder, 's'), undefined, { format: 'spark' })
  })
  t.strictSame(filesIn(folder), {
    'deep/er/x-1000.txt/part-00000': 'a\nb\t2\n{"c":3}\n',
    'deep/er/x-1000.txt/_SUCCESS': '',
    'deep/er/x-2000.txt/part-00000': '',
    'deep/er/x-2000.txt/_SUCCESS': '',
    'deep/er/x-3000.txt/part-00000': 'd\n',
    'deep/er/x-3000.txt/_SUCCESS': '',
    's-1000/part-00000': 'a\n(b,2)\nMap(c -> 3)\n',
    's-1000/_SUCCESS': '',
    's-2000/part-00000': '',
    's-2000/_SUCCESS': '',
    's-3000/part-00000': 'd\n',
    's-3000/_SUCCESS': '',
  })
})

tap.test('D16 a partition is a part, and csv has its header in each', async (t) => {
  const { folder, prefix } = prefixIn(t)
  const rows = Array.from({ length: 20_000 }, (_, n) => ({ n }))
  await run([rows, []], (stream) => stream.repartition(2).saveAsTextFiles(prefix, 'csv', { format: 'csv' }))
  const found = filesIn(folder)
  const parts = ['x-1000.csv/part-00000', 'x-1000.csv/part-00001'].map(
    (name) => found[name]?.split('\n') ?? [],
  )
  t.strictSame(
    parts.map((lines) => [lines[0], lines.length]),
    [
      ['n', 10_002],
      ['n', 10_002],
    ],
  )
  const numbers = parts.flatMap((lines) => lines.slice(1, -1)).map(Number)
  t.strictSame(
    numbers.sort((a, b) => a - b),
    rows.map(({ n }) => n),
  )
})

tap.test('D16 what is there of an earlier run is replaced, what is not ours never', async (t) => {
  const { folder, prefix } = prefixIn(t)
  mkdirSync(`${prefix}-1000`)
  writeFileSync(`${prefix}-1000/part-00000`, 'old\n')
  writeFileSync(`${prefix}-1000/part-00007`, 'old\n')
  mkdirSync(join(folder, '.x-1000.writing'))
  writeFileSync(join(folder, '.x-1000.writing/part-00003'), 'of a run that was killed')
  await run([['new']], (stream) => stream.saveAsTextFiles(prefix))
  t.strictSame(filesIn(folder), { 'x-1000/part-00000': 'new\n', 'x-1000/_SUCCESS': '' })

  writeFileSync(`${prefix}-1000/mine.txt`, 'mine')
  const error = await failureOf([['newer']], (stream) => stream.saveAsTextFiles(prefix))
  t.equal(
    error.message,
    `cannot write ${prefix}-1000: it is there already, and holds mine.txt, which is no file of a batch`,
  )
  t.strictSame(
    filesIn(folder),
    { 'x-1000/part-00000': 'new\n', 'x-1000/_SUCCESS': '', 'x-1000/mine.txt': 'mine' },
    'and nothing is left of the attempt',
  )
})

tap.test('D16 readers see a batch whole or not at all', async (t) => {
  const { folder, prefix } = prefixIn(t)
  const seen: string[][] = []
  await run([['a'], ['b']], (stream) => {
    stream
      .tap('x')
      .map((element) => {
        seen.push(readdirSync(folder).filter((name) => !name.startsWith('.')))
        return element
      })
      .saveAsTextFiles(prefix)
  })
  t.strictSame(seen, [[], ['x-1000']], 'while a batch runs, only those before it are there')
  const failed = await failureOf([['a'], ['b']], (stream) => {
    stream.saveAsTextFiles(join(folder, 'f'))
    stream.foreachRDD((rdd) => {
      if (rdd.first() === 'b') throw new Error('no b')
    })
  })
  t.equal(failed.message, 'no b')
  t.ok(existsSync(join(folder, 'f-1000/_SUCCESS')))
})

tap.test('D16 errors name the path and the reason, before the first batch where they can', async (t) => {
  const { folder, prefix } = prefixIn(t)
  writeFileSync(prefix, 'a file')
  const asked: unknown[] = []
  const under = await failureOf([['a']], (stream) => {
    stream.map((element) => asked.push(element)).saveAsTextFiles(join(prefix, 'deeper/y'))
  })
  t.equal(under.message, `cannot write to ${prefix}: is no directory`)
  t.equal(under.name, 'StageError')
  t.strictSame(asked, [], 'no batch has run')
  const remote = await failureOf([['a']], (stream) => stream.saveAsTextFiles('hdfs://host/x'))
  t.match(remote.message, /hdfs:\/\/host\/x is no path: files are written to directories of this machine/)

  const locked = join(folder, 'locked')
  mkdirSync(locked)
  chmodSync(locked, 0o555)
  const isRoot = process.getuid?.() === 0
  if (!isRoot) {
    const error = await failureOf([['a']], (stream) => stream.saveAsTextFiles(join(locked, 'y')))
    t.equal(error.message, `cannot write to ${locked}: permission denied`)
  }
  writeFileSync(join(folder, 'z-1000'), '')
  const { code, stderr } = await dstream(
    ['--batch-lines', '1', 'save-as-text-files', join(folder, 'z')],
    'a\n',
  )
  t.equal(code, 1)
  t.match(stderr, `dstream: cannot write ${join(folder, 'z-1000')}: is not a directory`)
  t.match(stderr, /stage: {3}save-as-text-files/)
})

/** A disk of a few pages can be mounted in a namespace of one's own, where the system lets users have one. */
const canMount = spawnSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs none /mnt']).status === 0

tap.test(
  'D16 a full disk is an error that names the path, and leaves nothing',
  { skip: canMount ? false : 'no namespaces here' },
  async (t) => {
    const folder = t.testdir({})
    const mount = `mount -t tmpfs -o size=64k none '${folder}'`
    const script = `${mount} && { "$0" "$@"; code=$?; ls -A '${folder}'; exit $code; }`
    const args = ['sh', '-c', script, process.execPath, COMMAND, 'save-as-text-files', `${folder}/x`]
    const input = 'a line of some length\n'.repeat(20_000)
    const options = { input, encoding: 'utf8', timeout: 60_000 } as const
    const { status, stderr, stdout } = spawnSync('unshare', ['-rm', ...args], options)
    t.equal(status, 1)
    t.match(stderr, /^dstream: cannot write \S+\/x-\d+: no space is left on the disk$/m)
    t.equal(stdout, '', 'nothing is left')
  },
)

tap.test('D16 the command writes what the program writes', async (t) => {
  const { folder, prefix } = prefixIn(t)
  const words = 'flatmap split reduce-by-key'.split(' ')
  const args = ['--batch-lines', '2', ...words, 'save-as-text-files', prefix, 'txt', 'emit']
  const { code, stdout } = await dstream(args, 'to be\nor to\nbe\n')
  t.equal(code, 0)
  t.equal(stdout, 'to\t2\nbe\t1\nor\t1\nbe\t1\n', 'with another output behind it')
  t.strictSame(filesIn(folder), {
    'x-1000.txt/part-00000': 'to\t2\nbe\t1\nor\t1\n',
    'x-1000.txt/_SUCCESS': '',
    'x-2000.txt/part-00000': 'be\t1\n',
    'x-2000.txt/_SUCCESS': '',
  })
  await dstream(['--batch-lines', '9', 'saveAsTextFiles', join(folder, 'raw')], 'caf\u00e9 \u{1f600}\n\nb')
  t.equal(readFileSync(join(folder, 'raw-1000/part-00000'), 'utf8'), 'caf\u00e9 \u{1f600}\n\nb\n')
})

tap.test('D16 saveAsObjectFiles restores elements exactly, or refuses them', async (t) => {
  const { folder, prefix } = prefixIn(t)
  const elements = [
    'a\tb\n',
    '1',
    1,
    1.5,
    -3e21,
    true,
    null,
    ['k', ['v', null]],
    [1, 2, 3],
    { a: { b: [] } },
    '\ud800',
  ]
  await run<unknown>([elements, []], (stream) => stream.saveAsObjectFiles(prefix))
  const restored: unknown[] = []
  const context = new StreamingContext({ batchDuration: 1000, batchLines: 100, port: collectingPort() })
  context
    .source('text', [join(folder, 'x-1000/part-00000')])
    .map('json')
    .foreachRDD((rdd) => void restored.push(...rdd.collect()))
  context.start()
  await context.awaitTermination()
  t.strictSame(restored, elements)
  t.equal(readFileSync(join(folder, 'x-2000/part-00000'), 'utf8'), '')

  const refused: readonly (readonly [unknown, RegExp])[] = [
    [Number.NaN, /the number NaN/],
    [undefined, /a value of type undefined/],
    [['k', 5n], /a value of type bigint/],
    [{ at: new Date(0) }, /a Date/],
    [new Map(), /a Map/],
    [[() => 1], /a value of type function/],
  ]
  for (const [element, reason] of refused) {
    const error = await failureOf([[element]], (stream) => stream.saveAsObjectFiles(prefix))
    t.match(error.message, reason)
    t.match(error.message, /map it to a text or a number before, or use save-as-text-files/)
    t.match(error.stage, /^save-as-object-files /)
  }
})

tap.test('P11 saveAsHadoopFiles and saveAsNewAPIHadoopFiles write key<TAB>value', async (t) => {
  const { folder, prefix } = prefixIn(t)
  const pairs: [string | null, unknown][] = [
    ['a', 1],
    ['b', null],
    [null, 'c'],
    ['d', ['x', 0.5]],
  ]
  await run([pairs, []], (stream) => {
    stream.saveAsHadoopFiles(prefix, 'txt')
    stream.saveAsNewAPIHadoopFiles(join(folder, 'n'), 'out')
  })
  const text = 'a\t1\nb\nc\nd\t(x,0.5)\n'
  t.strictSame(filesIn(folder), {
    'x-1000.txt/part-00000': text,
    'x-1000.txt/_SUCCESS': '',
    'x-2000.txt/part-00000': '',
    'x-2000.txt/_SUCCESS': '',
    'n-1000.out/part-r-00000': text,
    'n-1000.out/_SUCCESS': '',
    'n-2000.out/part-r-00000': '',
    'n-2000.out/_SUCCESS': '',
  })
  const error = await failureOf([['no pair']], (stream) =>
    (stream as DStream<[string, string]>).saveAsHadoopFiles(prefix, 'txt'),
  )
  t.equal(error.message, 'a pair [key, value] is expected')
})

tap.test('D17 for-each runs a command once per batch, with its elements and its time', async (t) => {
  const { folder } = prefixIn(t)
  const log = join(folder, 'log')
  const port = collectingPort()
  await run<unknown>(
    [[['a', 1], 'b'], [], ['c']],
    (stream) => {
      stream.forEach(`echo "$DSTREAM_BATCH_TIME" >> '${log}'; cat >> '${log}'; echo done`)
      stream.forEach('cat', { format: 'spark' })
    },
    port,
  )
  t.equal(readFileSync(log, 'utf8'), '1000\na\t1\nb\n2000\n3000\nc\n')
  t.equal(
    port.written.join(''),
    'done\n(a,1)\nb\ndone\ndone\nc\n',
    'what it writes goes through the port, in order',
  )

  const { code, stdout, stderr } = await dstream(
    ['--batch-lines', '1', 'for-each', 'tr a-z A-Z; echo seen >&2'],
    'a\nb\n',
  )
  t.equal(stdout, 'A\nB\n')
  t.equal(stderr, 'seen\nseen\n', 'what it says is said')
  t.equal(code, 0)
})

tap.test('D17 a command of for-each that fails ends the run with the end of its stderr', async (t) => {
  const command = 'cat > /dev/null; for n in $(seq 30); do echo "line $n" >&2; done; exit 3'
  const error = await failureOf([['a']], (stream) => stream.forEach(command))
  const lines = Array.from({ length: 10 }, (_, index) => `  line ${index + 21}`)
  t.equal(error.message, ['the command ended with exit code 3', ...lines].join('\n'))
  const killed = await failureOf([['a']], (stream) => stream.forEach('kill -9 $$'))
  t.equal(killed.message, 'the command was ended by SIGKILL')
  const { code, stderr } = await dstream(['for-each', 'no-such-program'], 'a\n')
  t.equal(code, 1)
  t.match(stderr, /^dstream: the command ended with exit code 127\n {2}.*no-such-program.*not found/m)
  t.match(stderr, /stage: {3}for-each no-such-program/)
})

tap.test('D17 a command of for-each need not read all, and reads more than a pipe holds', async (t) => {
  const many = Array.from({ length: 200_000 }, (_, index) => `line ${index}`)
  const port = collectingPort()
  await run(
    [many],
    (stream) => {
      stream.forEach('head -n 1')
      stream.forEach('wc -l | tr -d " "')
      stream.forEach('tac | tail -n 1; true')
    },
    port,
  )
  t.equal(port.written.join(''), 'line 0\n200000\nline 0\n')
})

tap.test('D17 data of a batch is never read by the shell', async (t) => {
  const { folder } = prefixIn(t)
  const port = collectingPort()
  const evil = `$(touch '${folder}/evil'); \`touch ${folder}/evil\`; '"`
  await run([[evil]], (stream) => stream.forEach('cat'), port)
  t.equal(port.written.join(''), `${evil}\n`)
  t.strictSame(readdirSync(folder), [])
})

tap.test('D17 for-each calls a function with elements and time', async (t) => {
  const seen: unknown[] = []
  await run([['a', 'b'], []], (stream) => {
    stream.forEach(async (elements, time) => {
      await new Promise((resolve) => setTimeout(resolve, 5))
      seen.push([time, elements])
    })
    stream.forEach((elements, time) => {
      seen.push(`${time} ${elements.length}`)
    })
  })
  t.strictSame(seen, [[1000, ['a', 'b']], '1000 2', [2000, []], '2000 0'], 'the next output waits')
  const error = await failureOf([['a']], (stream) =>
    stream.forEach(() => {
      throw new TypeError('not this')
    }),
  )
  t.match(error, { name: 'StageError', message: 'not this', element: '"batch of 1 elements at 1000 ms"' })

  const folder = t.testdir({
    'save.ts': 'export const save = (e: unknown[], at: number) => { console.log(at, e) }',
  })
  const module = await dstream(['--batch-lines', '2', 'for-each', './save.ts#save'], 'a\nb\n', {
    cwd: folder,
  })
  t.equal(module.stdout, "1000 [ 'a', 'b' ]\n", module.stderr)
  const arrow = await dstream(
    ['--batch-lines', '2', 'for-each', 'async (e, at) => console.log(e.length)'],
    'a\nb\n',
  )
  t.equal(arrow.stdout, '2\n', arrow.stderr)
  const awk = await dstream(['for-each', `awk '{ print NR " => " $0 }'`], 'a\n')
  t.equal(awk.stdout, '1 => a\n', 'a command may hold an arrow')
})

tap.test('D17 a function of for-each that cannot be read is an error at the start', async (t) => {
  for (const [word, message] of [
    ['e => => y', /is no JavaScript function/],
    ['./no.ts#x', /there is no file \.\/no\.ts/],
    ['', /for-each expects a command or a function/],
  ] as const) {
    const { code, stdout, stderr } = await dstream(['demo', '--batches', '1', 'for-each', word])
    t.equal(code, 2, word)
    t.match(stderr, message)
    t.equal(stdout, '')
  }
})

tap.test('A5 a block is 43 hyphens, the time, elements, and `...` only where there are more', async (t) => {
  const rule = '-------------------------------------------'
  t.equal(rule.length, 43)
  const head = `${rule}\nTime: 1357008430000 ms\n${rule}\n`
  const block = (elements: readonly unknown[], total = elements.length): string =>
    formatSpark({ time: 1357008430000, elements, total })
  t.equal(block([]), `${head}\n`)
  t.equal(
    block([
      ['hello', 1],
      ['world', 1],
    ]),
    `${head}(hello,1)\n(world,1)\n\n`,
  )
  t.equal(block([['hello', 1]], 2), `${head}(hello,1)\n...\n\n`)
  t.equal(block([], 1), `${head}...\n\n`, 'print 0')
})

tap.test('A5 the command and the program print the same blocks, empty ones too', async (t) => {
  const rule = '-'.repeat(43)
  const of = (time: number, ...lines: string[]): string =>
    [rule, `Time: ${time} ms`, rule, ...lines, '', ''].join('\n')
  const eleven = Array.from({ length: 11 }, (_, index) => String(index))
  const expected = of(1000, ...eleven.slice(0, 10), '...') + of(2000)
  const args = ['--batch-lines', '11', 'filter', 'not:equals:x', 'print', '--format', 'spark']
  const { stdout } = await dstream(
    args,
    [...eleven, ...Array(11).fill('x')].map((line) => `${line}\n`).join(''),
  )
  t.equal(stdout, expected)
  const port = recordingPort()
  await run([eleven, []], (stream) => stream.print(), port)
  t.equal(port.shown.map((batch) => formatSpark(batch)).join(''), expected)
})

tap.test('A5 elements are written as Scala writes them', async (t) => {
  const texts: readonly (readonly [unknown, string])[] = [
    ['hello world', 'hello world'],
    ['', ''],
    [null, 'null'],
    [undefined, 'null'],
    [true, 'true'],
    [['k', ['v', 'w']], '(k,(v,w))'],
    [[['a', 1], null], '((a,1),null)'],
    [[1, 2, 3], 'List(1, 2, 3)'],
    [['k', [['a', 1]]], '(k,List((a,1)))'],
    [[], 'List()'],
    [{ host: 'a', ms: 1.5, in: { x: null } }, 'Map(host -> a, ms -> 1.5, in -> Map(x -> null))'],
    [Object.create(null), 'Map()'],
    [new Map([['a', [1, 2]]]), 'Map(a -> (1,2))'],
    [new Set([1, 2]), 'Set(1, 2)'],
    [new Date(0), '1970-01-01T00:00:00.000Z'],
    [
      new (class {
        toString() {
          return 'Point(1,2)'
        }
      })(),
      'Point(1,2)',
    ],
    [2n ** 70n, '1180591620717411303424'],
  ]
  for (const [element, text] of texts) t.equal(sparkText(element), text)
})

tap.test('A5 whole numbers are written as Int and Long, all others as Double', async (t) => {
  const texts: readonly (readonly [number, string])[] = [
    [3, '3'],
    [-3, '-3'],
    [10_000_000, '10000000'],
    [2 ** 53 - 1, '9007199254740991'],
    [3.5, '3.5'],
    [0.001, '0.001'],
    [0.00015, '1.5E-4'],
    [0.0001, '1.0E-4'],
    [-12345678.5, '-1.23456785E7'],
    [9999999.5, '9999999.5'],
    [1e21, '1.0E21'],
    [2 ** 53, '9.007199254740992E15'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
  ]
  for (const [number, text] of texts) t.equal(sparkText(number), text)
})

tap.test('A5 what operators make is written as what Spark has there', async (t) => {
  t.equal(
    sparkText(['k', [1, null]], { pair: [undefined, { pair: [undefined, { option: undefined }] }] }),
    '(k,(1,None))',
  )
  t.equal(
    sparkText(['k', [1, 'x']], { pair: [undefined, { pair: [undefined, { option: undefined }] }] }),
    '(k,(1,Some(x)))',
  )
  t.equal(
    sparkText([[1, 2], []], { pair: [{ list: 'CompactBuffer' }, { list: 'ArrayBuffer' }] }),
    '(CompactBuffer(1, 2),ArrayBuffer())',
  )
  const port = recordingPort()
  const pairs: [string, number][] = [
    ['a', 1],
    ['a', 2],
    ['b', 3],
  ]
  await run(
    [pairs],
    (stream) => {
      const groups = stream.groupByKey()
      groups.print()
      groups
        .filter(([key]) => key === 'a')
        .window(1000)
        .print()
      groups.join(groups).print(1)
      groups.map(([key, values]) => [key, values] as const).print(1)
      stream.sql('SELECT key, value FROM batch').print(1)
    },
    port,
  )
  const lines = port.shown.map((batch) => formatSpark(batch).split('\n').slice(3, -2))
  t.strictSame(lines, [
    ['(a,CompactBuffer(1, 2))', '(b,CompactBuffer(3))'],
    ['(a,CompactBuffer(1, 2))'],
    ['(a,(CompactBuffer(1, 2),CompactBuffer(1, 2)))', '...'],
    ['(a,(1,2))', '...'],
    ['[a,1]', '...'],
  ])
})
