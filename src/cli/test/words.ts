import { parseDuration } from '../../engine/plan/duration.ts'
import type { Feed } from '../../engine/scheduler/replay.ts'
import { didYouMean, shownWord, WordError } from '../usage.ts'

/** A `--at` as it was typed, with the index of its file among the words. */
export interface TypedFeed extends Feed {
  readonly label: string
  readonly index: number
}

/** The words of `dstream test`, read. Times in milliseconds. */
export interface TestWords {
  readonly script: string
  readonly scriptIndex: number
  /** Arguments of the script, those behind `--`. */
  readonly args: readonly string[]
  readonly feeds: readonly TypedFeed[]
  readonly expect: string
  readonly expectIndex: number
  readonly update: boolean
  readonly until: number
  readonly replace: readonly string[]
  readonly timeout: number
}

const FLAGS: readonly string[] = ['--at', '--expect', '--update', '--until', '--replace', '--timeout']
const TIMEOUT = 60_000

/** Read the words behind `dstream test`. Indexes count `test` itself. Throws WordError. */
export async function readTestWords(argv: readonly string[]): Promise<TestWords> {
  const words = new Words(argv)
  const feeds: TypedFeed[] = []
  const replace: string[] = []
  let script: { readonly text: string; readonly index: number } | undefined
  let expected: { readonly text: string; readonly index: number } | undefined
  let update = false
  let until = 0
  let timeout = TIMEOUT
  let args: readonly string[] = []
  for (let word = words.next(); word !== undefined; word = words.next()) {
    if (word.text === '--') {
      args = words.rest()
    } else if (word.text === '--at') feeds.push(feedOf(words, feeds.at(-1)))
    else if (word.text === '--expect') expected = words.value('--expect', 'a file')
    else if (word.text === '--update') update = true
    else if (word.text === '--until') until = timeOf('--until', words.value('--until', 'a time'))
    else if (word.text === '--timeout') timeout = timeOf('--timeout', words.value('--timeout', 'a time'))
    else if (word.text === '--replace') replace.push(words.value('--replace', 'the name of a program').text)
    else if (word.text.startsWith('-')) {
      const hint = (await didYouMean(word.text, FLAGS)) ?? `It has ${FLAGS.join(', ')}.`
      throw new WordError(word.index, `test has no flag ${word.text}`, hint)
    } else if (script === undefined) script = word
    else {
      throw new WordError(
        word.index,
        `test runs one script, and ${shownWord(word.text)} is a second`,
        'Arguments of the script stand behind --.',
      )
    }
  }
  if (script === undefined) {
    throw new WordError(
      argv.length + 1,
      'test expects a script to run',
      'dstream test --help shows how it is used.',
    )
  }
  if (expected === undefined) {
    throw new WordError(
      argv.length + 1,
      'test expects --expect FILE, what the script is to print',
      'With --update, it writes that file.',
    )
  }
  return {
    script: script.text,
    scriptIndex: script.index,
    args,
    feeds,
    expect: expected.text,
    expectIndex: expected.index,
    update,
    until,
    replace,
    timeout,
  }
}

interface Word {
  readonly text: string
  readonly index: number
}

/** The words one by one, `--flag=value` as two. */
class Words {
  readonly #argv: readonly string[]
  #at = 0
  #value: string | undefined

  constructor(argv: readonly string[]) {
    this.#argv = argv
  }

  next(): Word | undefined {
    if (this.#value !== undefined) return this.#take(this.#value)
    const text = this.#argv[this.#at]
    if (text === undefined) return undefined
    const [flag, value] = /^(--[a-z]+)=(.*)$/s.exec(text)?.slice(1) ?? []
    if (flag === undefined) return this.#take(text)
    this.#value = value
    return { text: flag, index: this.#at + 1 }
  }

  value(flag: string, expected: string): Word {
    const word = this.next()
    if (word === undefined) throw new WordError(this.#argv.length + 1, `${flag} expects ${expected}`)
    return word
  }

  rest(): readonly string[] {
    const rest = this.#argv.slice(this.#at)
    this.#at = this.#argv.length
    return rest
  }

  #take(text: string): Word {
    this.#value = undefined
    this.#at += 1
    return { text, index: this.#at }
  }
}

function timeOf(flag: string, { text, index }: Word): number {
  const time = text === '0' ? 0 : parseDuration(text)
  if (time === undefined) {
    throw new WordError(index, `${flag} expects a time such as 0s, 1500ms or 1m, got ${shownWord(text)}`)
  }
  return time
}

function feedOf(words: Words, before: TypedFeed | undefined): TypedFeed {
  const word = words.value('--at', 'a time and a file')
  const time = timeOf('--at', word)
  if (before !== undefined && time < before.time) {
    throw new WordError(
      word.index,
      `--at ${word.text} stands behind ${before.label}, which is later`,
      'Times go up: put the --at in the order of their times.',
    )
  }
  const file = words.value(`--at ${word.text}`, 'a file behind its time')
  const [, source, named] = /^([\w-]+)=(.+)$/s.exec(file.text) ?? []
  return {
    time,
    path: named ?? file.text,
    ...(source === undefined ? {} : { source }),
    label: `--at ${word.text} ${file.text}`,
    index: file.index,
  }
}
