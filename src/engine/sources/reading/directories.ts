import { readdirSync, statSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join, parse, sep } from 'node:path'
import { SourceError } from '../../plan/errors.ts'
import type { PullContext } from '../record.ts'
import { reasonOf, sourceError } from './errors.ts'
import { globTest, isGlob } from './glob.ts'

/** A name in a directory. */
export interface Entry {
  readonly directory: string
  readonly name: string
}

/** One directory, or all that match a pattern such as `logs/2026-*`, listed again and again. */
export class Directories {
  readonly #pattern: string
  readonly #context: Pick<PullContext, 'report'>
  /** Directories that could not be listed last time: each is reported once until it is back. */
  readonly #lost = new Set<string>()

  /** Throws SourceError when `pattern` is no pattern and no directory. */
  constructor(pattern: string, context: Pick<PullContext, 'report'>) {
    this.#pattern = pattern
    this.#context = context
    if (isGlob(pattern)) return
    let directory: boolean
    try {
      directory = statSync(pattern).isDirectory()
    } catch (error) {
      throw sourceError(pattern, error, 'files reads a directory that is there at the start')
    }
    if (!directory)
      throw new SourceError(`${pattern}: is not a directory`, 'text FILE reads a file, tail follows one')
  }

  /** Return what is there now, without letting anything else happen in between. */
  listAtStart(): readonly Entry[] {
    return this.#expand().flatMap((directory) => readdirSync(directory).map((name) => ({ directory, name })))
  }

  /** Return what is there now; a directory that cannot be listed is reported once. */
  async list(): Promise<readonly Entry[]> {
    const entries: Entry[] = []
    for (const directory of this.#expand()) {
      try {
        for (const name of await readdir(directory)) entries.push({ directory, name })
        this.#lost.delete(directory)
      } catch (error) {
        if (!this.#lost.has(directory))
          this.#context.report(`${directory}: ${reasonOf(error)}; looking again at each batch`)
        this.#lost.add(directory)
      }
    }
    return entries
  }

  #expand(): readonly string[] {
    if (!isGlob(this.#pattern)) return [this.#pattern]
    const { root } = parse(this.#pattern)
    let directories: readonly string[] = [root === '' ? '.' : root]
    for (const part of this.#pattern.slice(root.length).split(sep)) {
      if (part === '') continue
      directories = isGlob(part)
        ? directories.flatMap((directory) => subdirectories(directory, globTest(part)))
        : directories.map((directory) => join(directory, part))
    }
    return directories
  }
}

function subdirectories(directory: string, matches: (name: string) => boolean): readonly string[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => matches(entry.name) && (entry.isDirectory() || entry.isSymbolicLink()))
      .map((entry) => join(directory, entry.name))
      .filter((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true)
      .sort()
  } catch {
    return []
  }
}
