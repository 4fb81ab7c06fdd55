import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseChain } from '../../src/cli/grammar.ts'
import { buildPipeline } from '../../src/cli/pipeline.ts'
import type { Plan } from '../../src/engine/plan/plan.ts'
import { openRecording } from '../../src/engine/recording/reader.ts'
import { headerOf, Recorder } from '../../src/engine/recording/recorder.ts'
import { Replay } from '../../src/engine/recording/replay.ts'
import type { RunOptions } from '../../src/engine/scheduler/run-options.ts'
import { RunningContext } from '../../src/engine/scheduler/running-context.ts'
import { collectingPort } from '../support/collect.ts'
import { type Archive, archiveOf, packed, restoreInto, unpacked } from './archive.ts'
import { once } from './mutate.ts'
import { expectClear, type Random, type Target } from './target.ts'

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz'

/** A state that is the text of all that was seen, in order: what is lost, doubled or moved shows. */
const CHAIN = ['map', 'l => ["k", l]', 'update-state-by-key', '(vs, s = "") => s + vs.join("")', 'emit']

async function planOf(input: string): Promise<Plan> {
  const { nodes } = await buildPipeline((await parseChain(CHAIN)).chain, { output: 'emit' })
  const values = { bytes: { type: 'closure' as const, call: Buffer.from(input) } }
  return {
    version: 1,
    name: 'fuzz',
    interval: 1000,
    nodes: nodes.map((node) => (node.command === 'stdin' ? { ...node, command: 'bytes', values } : node)),
  }
}

/** Run the chain, and return the lines that it writes; throws what it fails with. */
async function run(input: string, options: Partial<RunOptions>): Promise<readonly string[]> {
  const port = collectingPort()
  const given = { port, parallelism: 1, lowering: false, ...options } as const
  const running = new RunningContext(await planOf(input), given)
  running.start()
  await running.terminated
  return port.written.join('').split('\n').slice(0, -1)
}

/** Do something in a directory that is removed afterwards. */
async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'dstream-fuzz-'))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const letters = (text: string): string => text.split('').join('\n')

/** Throw where a line is not what the chain has after the first letters of the alphabet, and then `last`. */
function expectState(line: string | undefined, last: string): void {
  const state = line?.replace(/^k\t/, '') ?? 'nothing'
  if (state.endsWith(last) && ALPHABET.startsWith(state.slice(0, state.length - last.length))) return
  throw new Error(`wrong data: ${JSON.stringify(line)}`)
}

/** The files of a checkpoint: what is recovered is a state that there was, or they are refused. */
export const checkpointTarget: Target = {
  name: 'checkpoint',
  corpus: 'checkpoint',
  runs: 60,
  words: [],
  seeds: () =>
    inFolder(async (folder) => {
      const seeds: Uint8Array[] = []
      for (const part of ['abcdefgh', 'ijkl', 'mnop']) {
        await run(letters(part), { batchLines: 1, checkpoint: { directory: folder } })
        const isFile = (name: string): boolean => /^(snapshot|log)-/.test(name)
        const newest = Object.keys(archiveOf(folder, isFile)).sort().at(-1)?.split('-')[1] ?? ''
        seeds.push(packed(archiveOf(folder, isFile)))
        // As a kill leaves it, before the last snapshot.
        seeds.push(packed(archiveOf(folder, (name) => isFile(name) && !name.endsWith(newest))))
      }
      return seeds
    }),
  mutate: (bytes, random) => packed(damaged(unpacked(bytes) ?? {}, random)),
  run: async (bytes) => {
    const archive = unpacked(bytes)
    if (archive === undefined) return
    await inFolder(async (folder) => {
      restoreInto(folder, archive)
      let lines: readonly string[] = []
      try {
        lines = await run('Z', { batchLines: 1, checkpoint: { directory: folder } })
      } catch (error) {
        expectClear((error as Error).name, (error as Error).message)
        if ((error as Error).name === 'StageError') throw error
        return
      }
      expectState(lines.at(-1), 'Z')
      for (const line of lines.slice(0, -1)) expectState(line, '')
      // What was recovered is whole from now on.
      const [again] = await run('Y', { batchLines: 1, checkpoint: { directory: folder } })
      expectState(again, 'ZY')
    })
  },
}

/** Damage one file or two: bits, lengths, whole records and whole files. */
function damaged(archive: Archive, random: Random): Archive {
  const names = Object.keys(archive)
  const result: Record<string, Buffer> = { ...archive }
  for (let times = 1 + random(2); times > 0; times--) {
    const name = names[random(names.length)] ?? 'log-000000'
    const bytes = result[name] ?? Buffer.alloc(0)
    const other = result[names[random(names.length)] ?? name] ?? bytes
    const borders = bordersOf(bytes)
    const [from, to] = [random(borders.length), random(borders.length)].map((index) => borders[index] ?? 0)
    const [start, end] = [Math.min(from ?? 0, to ?? 0), Math.max(from ?? 0, to ?? 0)]
    switch (random(8)) {
      case 0:
        delete result[name]
        break
      case 1:
        result[name] = Buffer.from(other)
        break
      case 2:
        result[name] = Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)])
        break
      case 3:
        result[name] = Buffer.concat([bytes.subarray(0, end), bytes.subarray(start)])
        break
      case 4:
        result[name] = Buffer.concat([bytes, other])
        break
      default:
        result[name] = once(bytes, other, [], random)
    }
  }
  return result
}

/** Where the records of a file begin. */
function bordersOf(bytes: Buffer): readonly number[] {
  const borders = [0]
  for (let at = 0; at + 9 <= bytes.length; ) {
    at += 9 + bytes.readUInt32LE(at)
    borders.push(Math.min(at, bytes.length))
  }
  return borders
}

/** A recording: what is replayed is what was recorded, up to where it is damaged. */
export const recordingTarget: Target = {
  name: 'recording',
  corpus: 'recording',
  runs: 60,
  words: ['#dstream recording 1\n', '#dstream recording 2\n', '\x1f\x8b'],
  seeds: () =>
    inFolder(async (folder) => {
      const seeds: Uint8Array[] = []
      for (const name of ['a.rec', 'b.rec.gz']) {
        const log = new Recorder(join(folder, name), headerOf(await planOf('')))
        await run(letters('abcdefghij'), { batchLines: 2, log })
        seeds.push(archiveOf(folder, (each) => each === name)[name] ?? Buffer.alloc(0))
      }
      return seeds
    }),
  mutate: (bytes, random) => once(Buffer.from(bytes), bytes, recordingTarget.words, random),
  run: (bytes) =>
    inFolder(async (folder) => {
      restoreInto(folder, { 'a.rec': Buffer.from(bytes) })
      try {
        const replay = new Replay(await openRecording(join(folder, 'a.rec')), {})
        const lines = await run('', { replay, clock: replay.clock, mayAdoptInterval: true })
        for (const line of lines) expectState(line, '')
      } catch (error) {
        expectClear((error as Error).name, (error as Error).message)
        if ((error as Error).name === 'StageError') throw error
      }
    }),
}
