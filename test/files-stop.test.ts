/** A context that stops in the middle of a batch of files: rows C11 and F3. */
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import tap from 'tap'
import { ManualClock } from '../src/engine/scheduler/clock.ts'
import { LocalFiles } from '../src/engine/sources/reading/file-store.ts'
import { FilesInput } from '../src/engine/sources/reading/files-input.ts'

const TIME = 1_700_000_000_000

tap.test('C11 F3 files that were not read when the context stopped are left to the next run', async (t) => {
  const directory = join(t.testdir(), 'in')
  mkdirSync(directory)
  const stop = new AbortController()
  const input = (signal: AbortSignal): FilesInput =>
    new FilesInput(
      {
        store: new LocalFiles(directory, { report: () => {} }),
        accepts: () => true,
        existing: 'remembered',
        framing: 'lines',
        recordBytes: undefined,
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
  for (const name of ['a', 'b', 'c']) {
    writeFileSync(join(directory, name), `${name}\n`)
    utimesSync(join(directory, name), TIME / 1000 - 1, TIME / 1000 - 1)
  }
  const first = input(stop.signal)
  for await (const _ of first.blocks(TIME)) stop.abort()
  t.strictSame(first.position(), [join(directory, 'a')], 'the log says what was read')
  const second = input(new AbortController().signal)
  second.keeps.restore(first.keeps.save())
  let count = 0
  for await (const _ of second.blocks(TIME + 1000)) count += 1
  t.equal(count, 2)
  t.strictSame(second.position(), [join(directory, 'b'), join(directory, 'c')])
})
