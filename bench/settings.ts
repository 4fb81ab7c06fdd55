/** Where things are, and how much is measured. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** This folder. */
export const BENCH = fileURLToPath(new URL('.', import.meta.url))
/** What `bench/setup.sh` installs. */
export const CONTENDERS = join(BENCH, '.contenders')
/** Inputs, answers and results; may be deleted at any time. */
export const DATA = join(BENCH, '.data')
/** The dstream that is measured: this tree, or another one that is bundled, so that versions can be compared. */
export const ROOT = process.env.DSTREAM_ROOT ?? fileURLToPath(new URL('..', import.meta.url))
/** The command. */
export const DSTREAM = join(ROOT, 'bin/run.js')

/** How much is measured. */
export interface Settings {
  /** Small inputs and few pairs: shows that everything works, not how fast it is. */
  readonly quick: boolean
  /** Rounds in which each contender runs once. */
  readonly pairs: number
  /** Whoever takes longer than so many seconds takes part in the first two rounds only. */
  readonly slow: number
  /** Seconds after which a command is stopped. */
  readonly limit: number
  /** Megabytes of text, and of NDJSON. */
  readonly text: number
  readonly events: number
}

/** The settings of a whole or of a quick run. */
export function settingsOf(quick: boolean, pairs?: number): Settings {
  return quick
    ? { quick, pairs: pairs ?? 3, slow: 5, limit: 120, text: 20, events: 10 }
    : { quick, pairs: pairs ?? 11, slow: 10, limit: 600, text: 200, events: 100 }
}

/** The path of a program that `setup.sh` built or the system has; undefined where it is missing. */
export function programOf(name: string): string | undefined {
  for (const folder of ['bin', 'cargo/bin', 'python/bin']) {
    const path = join(CONTENDERS, folder, name)
    if (existsSync(path)) return path
  }
  const { status, stdout } = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' })
  return status === 0 ? stdout.trim() : undefined
}

/** The folder `name` of the data, made where it is missing. */
export function dataFolder(name = ''): string {
  const path = join(DATA, name)
  mkdirSync(path, { recursive: true })
  return path
}
