/** The physical bounds: what the same feeder and the same machine give to a reader that does nothing. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { textInput } from '../inputs.ts'
import { type Feed, median, run } from '../measure.ts'
import { type Section, table, type Work } from '../section.ts'
import { BENCH, DSTREAM, programOf, type Settings } from '../settings.ts'

const REPEAT = 10

function measure(settings: Settings): Section {
  const bounds = programOf('bounds')
  if (bounds === undefined)
    throw new Error('bench/native/bounds.c is not built: run `npm run bench:setup` first')
  const { path, bytes } = textInput(settings.text)
  const times = <T>(action: () => T): T[] => Array.from({ length: settings.pairs }, action)
  const bandwidth = (...args: string[]): number =>
    median(times(() => Number(spawnSync(bounds, args, { encoding: 'utf8' }).stdout)))
  const moved = (way: Feed['way'], ...command: string[]): number =>
    median(times(() => (bytes * REPEAT) / run(command, { way, path, repeat: REPEAT }, settings.limit).input))
  const start = (...command: string[]): number =>
    median(times(() => run(command, { way: 'none', path }, settings.limit).wall))
  const reader = join(BENCH, 'engine/discard.mjs')
  const speed = (rate: number): string[] => [
    `${(rate / 1e9).toFixed(2)} GB/s`,
    `${((bytes / rate) * 1000).toFixed(0)} ms`,
  ]
  const seconds = (time: number): string[] => ['', `${(time * 1000).toFixed(0)} ms`]
  const rows = [
    ['memory, read by one thread', ...speed(bandwidth('memory', '1'))],
    ['memory, read by two threads', ...speed(bandwidth('memory', '2'))],
    ['memory, copied by one thread', ...speed(bandwidth('copy'))],
    ['a pipe into C that forgets it', ...speed(moved('pipe', bounds, 'discard'))],
    ['loopback into C that forgets it', ...speed(moved('tcp', bounds, 'discard', '{port}'))],
    ['a pipe into Node that forgets it', ...speed(moved('pipe', process.execPath, reader))],
    ['loopback into Node that forgets it', ...speed(moved('tcp', process.execPath, reader, '{port}'))],
    ["Node's start and end, `node -e 0`", ...seconds(start(process.execPath, '-e', '0'))],
    [
      "dstream's start and end, empty input",
      ...seconds(start(process.execPath, DSTREAM, 'flatmap', 'split', 'reduce-by-key')),
    ],
  ]
  return {
    title: 'Physical bounds',
    text: [
      `Medians of ${settings.pairs} runs; feeders and text are those of the works above, ${REPEAT} times over. Both ends of a pipe and of loopback share the machine's cores.`,
      table(['what', 'speed', `${(bytes / 1e6).toFixed(0)} MB in`], rows),
    ].join('\n\n'),
    goals: [],
  }
}

/** Memory, pipe, loopback, start. */
export const bounds: Work = {
  name: 'bounds',
  summary: 'memory bandwidth, pipe and loopback throughput, start',
  measure,
}
