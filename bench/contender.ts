/** What the benchmark knows of a program that it compares. */
import type { Format } from './answers.ts'
import type { Feed } from './measure.ts'

/** What a program may be asked to do. */
export type Task =
  /** Count the words of a pipe. */
  | 'words'
  /** Count the words of a TCP stream. */
  | 'words-tcp'
  /** Count the lines of a pipe that contain `the`. */
  | 'filter'
  /** Count the values of `host` in NDJSON from a pipe. */
  | 'hosts'

/** How a program does one task. `{port}`, `{file}` and `{words}` in the command are replaced. */
export interface Job {
  readonly command: readonly string[]
  readonly way: Feed['way']
  readonly format: Format
}

/** A program, or one way of calling it. */
export interface Contender {
  readonly name: string
  /** What a reader should know to judge its figures. */
  readonly note?: string
  /** Takes part only in works that name it. */
  readonly onlyWhenNamed?: boolean
  /** Programs and files that it needs: names of programs, or absolute paths. */
  readonly needs: readonly string[]
  readonly jobs: Partial<Record<Task, Job>>
}
