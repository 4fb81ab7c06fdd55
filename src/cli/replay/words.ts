import type { FlagRecord } from '../../engine/plan/record.ts'
import { CONTEXT_FLAGS } from '../context-flags.ts'
import { type CommandLine, type FlagWord, parseChain, type Word } from '../grammar.ts'
import { WordError } from '../usage.ts'

/** The flags of `dstream replay` alone. */
export const REPLAY_FLAGS: readonly FlagRecord[] = [
  { name: 'batch', type: 'string', summary: 'show one batch only, by its number or its time' },
  { name: 'step', type: 'boolean', summary: 'wait for Enter between batches' },
]

/** Flags of the context that concern how stages run. All others concern what the recording says itself. */
export const KEPT: readonly string[] = [
  'master',
  'name',
  'conf',
  'events',
  'explain',
  'stats',
  'quiet',
  'debug',
]

/** The words of `dstream replay`, read. Indexes count `replay` itself. */
export interface ReplayWords {
  readonly file: Word
  readonly batch: Word | undefined
  readonly step: boolean
  /** The stages to run on the recording; none for those that were recorded. */
  readonly line: CommandLine
}

/** Read the words of a command line that begins with `replay`. Throws WordError. */
export async function readReplayWords(argv: readonly string[]): Promise<ReplayWords> {
  const flags = [...CONTEXT_FLAGS, ...REPLAY_FLAGS]
  const at = placeOfFile(argv)
  const file = argv[at]
  if (file === undefined || file.startsWith('-')) {
    throw new WordError(
      file === undefined ? argv.length : at,
      'replay expects a recording: FILE stages…',
      'dstream … --record FILE makes one.',
    )
  }
  const before = await parseChain(argv.slice(0, at), 1, flags)
  const behind = await parseChain(argv, at + 1, flags)
  const words = [...before.context, ...behind.context]
  for (const { record, index } of words) {
    if (KEPT.includes(record.name) || REPLAY_FLAGS.includes(record)) continue
    throw new WordError(
      index,
      `--${record.name} does not fit a recording, which has its batches already`,
      `replay takes ${[...REPLAY_FLAGS.map(({ name }) => name), ...KEPT].map((name) => `--${name}`).join(', ')}.`,
    )
  }
  const own = (name: string): FlagWord | undefined => words.findLast(({ record }) => record.name === name)
  return {
    file: { text: file, index: at },
    batch: own('batch')?.value,
    step: own('step') !== undefined,
    line: { ...behind, context: words.filter(({ record }) => !REPLAY_FLAGS.includes(record)) },
  }
}

/** Flags may stand before the file. */
function placeOfFile(argv: readonly string[]): number {
  let at = 1
  for (let word = argv[at]; word !== undefined && /^--(step|batch(=|$))/.test(word); word = argv[at])
    at += word === '--batch' ? 2 : 1
  return at
}
