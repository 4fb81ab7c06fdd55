import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { formatDuration } from '../../engine/plan/duration.ts'
import { EXIT } from '../../engine/plan/errors.ts'
import { FED_FILE, type Fed, type Feeds } from '../../engine/scheduler/replay.ts'
import { show } from '../help/show.ts'
import { writeError } from '../standard-output.ts'
import { WordError } from '../usage.ts'
import { diffText } from './diff.ts'
import { runScript } from './script.ts'
import { readTestWords, type TestWords } from './words.ts'

/**
 * Run `dstream test` with the words behind it and return the exit code: 1 where the script fails or prints something
 * else than expected. Throws WordError.
 */
export async function runTest(argv: readonly string[]): Promise<number> {
  const words = await readTestWords(argv)
  checkFiles(words)
  const folder = mkdtempSync(join(tmpdir(), 'dstream-test-'))
  try {
    const actual = await outputOf(words, folder)
    return actual === undefined ? EXIT.failed : await judge(words, actual)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function checkFiles({ script, scriptIndex, feeds, expect, expectIndex, update }: TestWords): void {
  if (!isFile(script)) throw new WordError(scriptIndex, `there is no script ${script}`)
  for (const { path, index } of feeds)
    if (!isFile(path)) throw new WordError(index, `there is no file ${path}`)
  if (!update && !existsSync(expect)) {
    throw new WordError(
      expectIndex,
      `there is no file ${expect} to compare with`,
      'With --update, what the script prints becomes that file; look at it before you keep it.',
    )
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
}

/** Return what the script prints, or undefined when it has failed, which is told. */
async function outputOf(words: TestWords, folder: string): Promise<string | undefined> {
  const { script, args, replace, timeout } = words
  const programs = join(folder, 'bin')
  mkdirSync(programs)
  const feeds: Feeds = {
    feeds: words.feeds.map(({ time, path, source }) => ({
      time,
      path: resolve(path),
      ...(source === undefined ? {} : { source }),
    })),
    until: words.until,
  }
  const feedsFile = join(folder, 'feeds.json')
  writeFileSync(feedsFile, JSON.stringify(feeds))
  const output = join(folder, 'output')
  const end = await runScript({ script, args, folder: programs, feeds: feedsFile, output, replace, timeout })
  if (end === 'late') {
    return failed(
      `${script} has not ended within ${formatDuration(timeout)} of real time`,
      'A program of it that writes without end, such as nc or tail -f, is replaced by --replace nc.',
    )
  }
  if (end.code !== 0) return failed(`${script} ended with exit code ${end.code}`)
  const fault = unfed(words, join(folder, FED_FILE))
  return fault === undefined ? readFileSync(output, 'utf8') : failed(...fault)
}

/** Say which feed no pipeline has taken: a test whose input went nowhere proves nothing. */
function unfed({ script, feeds }: TestWords, file: string): [string, string] | undefined {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : []
  const reports = lines.map((line) => JSON.parse(line) as Fed)
  if (reports.length === 0) {
    return [
      `${script} has started no pipeline`,
      'A script runs dstream; a program starts a StreamingContext.',
    ]
  }
  const taken = new Set(reports.flatMap((report) => report.taken))
  const feed = feeds.find((_, index) => !taken.has(index))
  if (feed === undefined) return undefined
  const names = reports.map(({ sources }) => sources.map((name, index) => `${index + 1} ${name}`).join(', '))
  const sources = names.filter((name) => name !== '').join('; ')
  const hint =
    sources === ''
      ? 'Its dstream reads the pipe of another program: --replace names that program.'
      : `Its sources are ${sources}: a place or a name stands before the file, as in --at 0s 1=FILE.`
  return [`no source of ${script} takes ${feed.label}`, hint]
}

function failed(message: string, hint?: string): undefined {
  writeError(`dstream: ${message}\n${hint === undefined ? '' : `  ${hint}\n`}`)
}

async function judge({ script, expect, update }: TestWords, actual: string): Promise<number> {
  const expected = existsSync(expect) ? readFileSync(expect, 'utf8') : undefined
  const count = actual.split('\n').length - 1
  const size = count === 1 ? '1 line' : `${count.toLocaleString('en')} lines`
  if (expected === actual) {
    await show(`${basename(script)}: as expected, ${size}\n`)
    return EXIT.ok
  }
  if (update) {
    writeFileSync(expect, actual)
    await show(`${basename(script)}: wrote ${expect}, ${size}\n`)
    return EXIT.ok
  }
  writeError(`${diffText(expected ?? '', actual)}\n`)
  writeError(`dstream: ${script} does not print what ${expect} holds\n`)
  writeError('  If it is right now, --update writes the file.\n')
  return EXIT.failed
}
