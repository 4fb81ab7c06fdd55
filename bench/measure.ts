/** Runs a command under `bench/native/feed.c`, which feeds it and takes the time. */
import { spawnSync } from 'node:child_process'
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { dataFolder, programOf } from './settings.ts'

/** How a command gets its input. */
export interface Feed {
  /** `none`: it reads the file by itself. */
  readonly way: 'pipe' | 'tcp' | 'none'
  readonly path: string
  readonly repeat?: number
  /** Bytes a second, and seconds, at most. */
  readonly rate?: number
  readonly seconds?: number
}

/** What a run took; seconds, bytes and kilobytes. */
export interface Run {
  readonly code: number
  /** From the start of the process to its end. */
  readonly wall: number
  readonly user: number
  readonly system: number
  /** Largest resident set of the process or of a child of it. */
  readonly peakKilobytes: number
  /** From the first input that was taken to the answer, where that is known. */
  readonly input: number
  /** From the first input that was taken to the last. */
  readonly feeding: number
  readonly bytes: number
  readonly stdout: string
  readonly stderr: string
}

/** Run `command`; the words `{port}` and `{file}` in it are replaced. It is stopped after `limit` seconds. */
export function run(command: readonly string[], feed: Feed, limit: number): Run {
  const program = programOf('feed')
  if (program === undefined)
    throw new Error('bench/native/feed.c is not built: run `npm run bench:setup` first')
  const folder = dataFolder('runs')
  const [report, out, err] = ['report.json', 'stdout', 'stderr'].map((name) =>
    join(folder, `${process.pid}.${name}`),
  ) as [string, string, string]
  const flags = [
    ...(feed.way === 'none' ? [] : [`--${feed.way}`, feed.path]),
    ...(['repeat', 'rate', 'seconds'] as const).flatMap((name) =>
      feed[name] === undefined ? [] : [`--${name}`, String(feed[name])],
    ),
    ...['--limit', String(limit)],
  ]
  const words = command.map((word) => word.replace('{file}', feed.path))
  const files = [openSync(out, 'w'), openSync(err, 'w')] as const
  try {
    // Contenders compare and sort bytes, which is the fastest that each of them can.
    const env: NodeJS.ProcessEnv = { ...process.env, LC_ALL: 'C' }
    // Some machines give every Node a list of certificates, which it reads for 40 ms before it starts.
    delete env.NODE_EXTRA_CA_CERTS
    const { status } = spawnSync(program, [...flags, report, ...words], {
      stdio: ['ignore', ...files],
      env,
    })
    const stderr = readFileSync(err, 'utf8')
    if (status !== 0) throw new Error(`feed ended with ${status}: ${stderr}`)
    const found = JSON.parse(readFileSync(report, 'utf8')) as Omit<Run, 'stdout' | 'stderr'>
    const inside = /input-to-answer ([\d.]+)/.exec(stderr)?.[1]
    return {
      ...found,
      ...(inside === undefined ? {} : { input: Number(inside) }),
      stdout: readFileSync(out, 'utf8'),
      stderr,
    }
  } finally {
    for (const file of files) closeSync(file)
    for (const file of [report, out, err]) rmSync(file, { force: true })
  }
}

/** The median; of an even number the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  return sorted.length % 2 === 1
    ? (sorted[Math.floor(middle)] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2
}
