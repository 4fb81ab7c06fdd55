/** A context that stops in the middle of a batch of files: rows C11 and F3. */
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import tap from 'tap'
import { eachElement } from '../src/engine/batch/lines.ts'
import { ManualClock } from '../src/engine/scheduler/clock.ts'
import { fileChunks } from '../src/engine/sources/reading/file.ts'
import { LocalFiles } from '../src/engine/sources/reading/file-store.ts'
import { FilesInput, type FilesOptions } from '../src/engine/sources/reading/files-input.ts'

const TIME = 1_700_000_000_000

function filesInput(
  directory: string,
  signal: AbortSignal,
  { store = new LocalFiles(directory, { report: () => {} }), ...others }: Partial<FilesOptions> = {},
): FilesInput {
  return new FilesInput(
    {
      store,
      accepts: () => true,
      existing: 'remembered',
      framing: 'lines',
      recordBytes: undefined,
      ...others,
    },
    {
      clock: new ManualClock(TIME),
      interval: 1000,
      startTime: TIME - 1000,
      maxLine: 1 << 20,
      signal,
      report: () => {},
      drop: () => {},
    },
  )
}

/** Return a directory with files that were modified within what is remembered. */
function directoryOf(directory: string, files: Readonly<Record<string, string>>): string {
  mkdirSync(directory)
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(directory, name), text)
    utimesSync(join(directory, name), TIME / 1000 - 1, TIME / 1000 - 1)
  }
  return directory
}

tap.test('C11 F3 files that were not read when the context stopped are left to the next run', async (t) => {
  const directory = directoryOf(join(t.testdir(), 'in'), { a: 'a\n', b: 'b\n', c: 'c\n' })
  const stop = new AbortController()
  const first = filesInput(directory, stop.signal)
  for await (const _ of first.blocks(TIME)) stop.abort()
  t.strictSame(first.position(), [join(directory, 'a')], 'the log says what was read')
  const second = filesInput(directory, new AbortController().signal)
  second.keeps.restore(first.keeps.save())
  let count = 0
  for await (const _ of second.blocks(TIME + 1000)) count += 1
  t.equal(count, 2)
  t.strictSame(second.position(), [join(directory, 'b'), join(directory, 'c')])
})

tap.test('C11 F3 a file that was begun when the context stopped is read to its end', async (t) => {
  const lines = Array.from({ length: 300_000 }, (_, index) => `${index}`)
  const directory = directoryOf(join(t.testdir(), 'in'), { a: lines.join('\n') })
  const stop = new AbortController()
  const found: unknown[] = []
  let partitions = 0
  for await (const partition of filesInput(directory, stop.signal).blocks(TIME)) {
    stop.abort()
    partitions += 1
    eachElement(partition, (line) => found.push(line))
  }
  t.ok(partitions > 1, `${partitions} partitions`)
  t.strictSame(found, lines)
})

tap.test('C11 F3 a list that the stop cuts off is an empty batch, and no knowledge', async (t) => {
  const stop = new AbortController()
  const cutOff = (): Promise<never> => {
    stop.abort()
    return Promise.reject(new Error('Request aborted'))
  }
  const store = { atStart: cutOff, list: cutOff, modified: cutOff, size: cutOff, chunks: fileChunks }
  for (const existing of ['none', 'all'] as const) {
    const input = filesInput('', stop.signal, { store, existing })
    for await (const _ of input.blocks(TIME)) t.fail('there is nothing')
    t.strictSame(input.position(), [])
    const next = filesInput(
      directoryOf(join(t.testdir(), existing), { a: 'a\n' }),
      new AbortController().signal,
      {
        existing,
      },
    )
    next.keeps.restore(input.keeps.save())
    let count = 0
    for await (const _ of next.blocks(TIME + 1000)) count += 1
    t.equal(count, existing === 'all' ? 1 : 0, 'what was there at the start is not new to the next run')
  }
  const failing = filesInput('', new AbortController().signal, {
    store: { ...store, list: () => Promise.reject(new Error('gone')) },
  })
  await t.rejects(failing.blocks(TIME).next(), /gone/, 'without a stop it is an error')
})
