import { isatty } from 'node:tty'
import { formatBytes, formatDuration } from '../../engine/plan/duration.ts'
import { EXIT, UsageError } from '../../engine/plan/errors.ts'
import { type Inspected, inspectCheckpoint } from '../../engine/recovery/inspect.ts'
import type { SnapshotHeader, StageName } from '../../engine/recovery/snapshot-file.ts'
import { changedKeys, sortedEntries } from '../../engine/state/kept-entries.ts'
import type { Word } from '../grammar.ts'
import { colourLevel, terminalWidth } from '../screen/colour.ts'
import { countText, timeText } from '../screen/figures.ts'
import { renderTable } from '../screen/table.ts'
import { StandardOutput, standardOutputIsShown, writeError } from '../standard-output.ts'
import { endTool } from '../tool-end.ts'
import { didYouMean, quoteWord, WordError } from '../usage.ts'
import { type Rows, writeRows } from './rows.ts'
import { safeLine } from './safe-text.ts'
import { readStateWords, type StateWords } from './words.ts'

/** Times below are those of a clock that begins at 0. */
const DAY = 86_400_000

/** What an action gives: rows, and what is to be said of them. */
interface Answer {
  readonly rows: Rows
  readonly notes: readonly string[]
  /** Damaged files. */
  readonly damaged: readonly string[]
}

/** Run `dstream state`, whose words `argv` are with `state` as the first, and return the exit code. */
export async function runState(argv: readonly string[]): Promise<number> {
  const isTerminal = isatty(1)
  const screen = isTerminal ? process.stdout : { isTTY: false, columns: undefined, rows: undefined }
  const output = new StandardOutput()
  try {
    const words = await readStateWords(argv)
    const { rows, notes, damaged } = await answer(words, argv.length)
    const format = words.format ?? (standardOutputIsShown(isTerminal) ? 'table' : 'tsv')
    if (!words.quiet) for (const note of notes) writeError(`${safeLine(note)}\n`)
    for (const path of damaged) writeError(`dstream: ${path} is damaged\n`)
    await writeRows(rows, output, {
      format,
      limit: words.limit,
      table: ({ time, title, count, interval }, elements) =>
        renderTable(
          { time, title, elements, total: count },
          { width: terminalWidth(screen, process.env), colour: colourLevel(screen, process.env), interval },
        ),
    })
    await output.flush()
    return damaged.length > 0 ? EXIT.failed : EXIT.ok
  } catch (error) {
    return endTool(error, argv)
  }
}

async function answer(words: StateWords, end: number): Promise<Answer> {
  const checkpoint = await inspectedAt(words.directory)
  if (words.action === 'ls') return list(checkpoint)
  return words.action === 'show' ? show(checkpoint, words.other, end) : diff(checkpoint, words)
}

/** Return the checkpoint in a directory. Throws WordError where there is none. */
export async function inspectedAt({ text, index }: Word): Promise<Inspected> {
  const { statSync } = await import('node:fs')
  const found = statSync(text, { throwIfNoEntry: false })
  if (found === undefined) throw new WordError(index, `there is no directory ${quoteWord(text)}`)
  if (!found.isDirectory()) throw new WordError(index, `${quoteWord(text)} is no directory`)
  const checkpoint = await inspectCheckpoint(text)
  if (checkpoint === undefined) {
    throw new WordError(
      index,
      `there is no checkpoint in ${quoteWord(text)}`,
      'dstream … --checkpoint DIR writes one.',
    )
  }
  return checkpoint
}

async function list(checkpoint: Inspected): Promise<Answer> {
  const { header, directory, damaged, process: pid } = checkpoint
  const { batches, torn, damaged: logs } = await checkpoint.log()
  const batch = batchText(header.time, header)
  const stages = header.stages.map((stage) => {
    const { kind, entries, bytes } = checkpoint.entriesOf(stage)
    return [stage.id, kind, entries.length, bytes, batch, undefined]
  })
  const sources = header.sources.map(({ id, received, position }) => [
    id,
    'source',
    received,
    undefined,
    batch,
    position,
  ])
  const rows = [...stages, ...sources]
  return {
    rows: {
      title: directory,
      time: header.time,
      interval: header.interval,
      columns: ['stage', 'kind', 'count', 'bytes', 'batch', 'position'],
      count: rows.length,
      rows,
    },
    notes: [
      `line: ${lineText(header)}`,
      ageText(checkpoint),
      ...(batches === 0 ? [] : [`${countText(batches)} more in the log, run again when it is resumed`]),
      ...(pid === undefined ? [] : [`process ${pid} works with it`]),
      ...(torn === undefined
        ? []
        : [
            `${torn}: its last record is cut off${pid === undefined ? ', by a kill' : ': it is being written'}`,
          ]),
    ],
    damaged: [...damaged, ...logs],
  }
}

async function show(checkpoint: Inspected, word: Word | undefined, end: number): Promise<Answer> {
  const { header, damaged } = checkpoint
  const stage = await stageOf(header, word, end)
  const { entries } = checkpoint.entriesOf(stage)
  return {
    rows: {
      title: stage.id,
      time: header.time,
      interval: header.interval,
      count: entries.length,
      rows: sortedEntries(entries),
    },
    notes: [ageText(checkpoint)],
    damaged,
  }
}

async function stageOf({ stages }: SnapshotHeader, word: Word | undefined, end: number): Promise<StageName> {
  const names = stages.map(({ id }) => quoteWord(id)).join(', ')
  const [only] = stages
  if (word === undefined) {
    if (stages.length === 1 && only !== undefined) return only
    if (stages.length === 0) throw new UsageError('no stage of this pipeline keeps anything')
    throw new WordError(end, 'state show expects one of several stages', `They are ${names}.`)
  }
  const { text, index } = word
  const exact = stages.find(({ id }) => id === text)
  if (exact !== undefined) return exact
  // The name of the command is enough where it stands once.
  const [first, ...others] = stages.filter(({ command, id }) => command === text || id.startsWith(text))
  if (first !== undefined && others.length === 0) return first
  const hint = await didYouMean(
    text,
    stages.flatMap(({ id, command }) => [id, command]),
  )
  const said = first === undefined ? 'keeps nothing here' : 'may be several stages'
  throw new WordError(index, `${quoteWord(text)} ${said}`, hint ?? `Stages that keep something: ${names}.`)
}

async function diff(checkpoint: Inspected, { directory, other }: StateWords): Promise<Answer> {
  const before = other === undefined ? await earlier(checkpoint, directory) : checkpoint
  const after = other === undefined ? checkpoint : await inspectedAt(other)
  const ids = new Map([...before.header.stages, ...after.header.stages].map((stage) => [stage.id, stage]))
  const rows: (readonly unknown[])[] = []
  const notes = [`before: ${ageText(before, other !== undefined)}`, `after: ${ageText(after)}`]
  for (const [id, stage] of ids) {
    const changes = changedKeys(before.entriesOf(stage).entries, after.entriesOf(stage).entries)
    const count = (name: string): string => countText(changes.filter(({ change }) => change === name).length)
    notes.push(`${id}: ${count('added')} added, ${count('removed')} removed, ${count('changed')} changed`)
    for (const { change, key, before: was, after: is } of changes) rows.push([id, change, key, was, is])
  }
  return {
    rows: {
      title: 'differences',
      time: after.header.time,
      interval: after.header.interval,
      columns: ['stage', 'change', 'key', 'before', 'after'],
      count: rows.length,
      rows,
    },
    notes,
    damaged: [...new Set([...before.damaged, ...after.damaged])],
  }
}

async function earlier(checkpoint: Inspected, { text, index }: Word): Promise<Inspected> {
  const before = await inspectCheckpoint(text, checkpoint.header.number).catch(() => undefined)
  if (before !== undefined) return before
  throw new WordError(
    index,
    `${quoteWord(text)} holds one snapshot that can be read, and nothing to compare it with`,
    'Name another directory behind it.',
  )
}

function lineText({ line }: SnapshotHeader): string {
  if (!isOfCommand(line)) return `${line.join(' ')}, a program`
  return ['dstream', ...line.map(quoteWord)].join(' ')
}

/** True where the words of a checkpoint are a command line; a program writes its name there. */
export function isOfCommand(line: readonly string[]): boolean {
  return line.some((word) => /^--checkpoint(=|$)/.test(word))
}

function batchText(time: number, { zeroTime, interval }: SnapshotHeader): string {
  return time === zeroTime ? 'none yet' : timeText(time, interval)
}

/** How old a snapshot is, and what is not in it. */
function ageText({ header, logged }: Inspected, isLast = true): string {
  const { number, written, time, zeroTime } = header
  const age = Math.max(0, Math.round((Date.now() - written) / 1000)) * 1000
  const since = written < DAY ? '' : `, written ${age === 0 ? 'just now' : `${formatDuration(age)} ago`}`
  const last = time === zeroTime ? 'before the first batch' : `as of the batch ${batchText(time, header)}`
  const behind =
    logged === 0 || !isLast
      ? ''
      : `; ${formatBytes(logged)} of log behind it come when the pipeline is resumed`
  return `snapshot ${number}, ${last}${since}${behind}`
}
