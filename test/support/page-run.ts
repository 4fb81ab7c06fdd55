import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'
import { COMMAND } from './run.ts'

/** A pipeline that serves a page, until the test ends. */
export interface PageRun {
  /** The address that it said, without what is behind `?`. */
  readonly url: string
  /** What it said so far on stderr. */
  readonly said: () => string
  write(text: string): void
  /** Ask it to end, as Ctrl-C does. */
  stop(): void
  /** End its input, and return its exit code. */
  end(): Promise<number | null>
}

/** Run the command with a page at a free port. */
export async function runWithPage(
  t: Test,
  args: readonly string[],
  {
    ui = ['--ui', '0'],
    env = {},
  }: { readonly ui?: readonly string[]; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<PageRun> {
  const child: ChildProcess = spawn(process.execPath, [COMMAND, ...ui, ...args], {
    env: { ...process.env, NO_COLOR: '1', ...env },
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk
  })
  child.stdin?.on('error', () => {})
  const closed = new Promise<number | null>((resolve) => child.on('close', resolve))
  t.teardown(async () => {
    child.kill('SIGKILL')
    await closed
  })
  const found = await eventually(() => /(?:page|dashboard): (http:\/\/[^\s?]+)/.exec(said)?.[1])
  return {
    url: found,
    said: () => said,
    write: (text) => void child.stdin?.write(text),
    stop: () => void child.kill('SIGINT'),
    end: async () => {
      child.stdin?.end()
      return closed
    },
  }
}

/** Return what `look` gives as soon as it gives something. */
export async function eventually<T>(
  look: () => T | undefined | false | Promise<T | undefined | false>,
  limit = 20_000,
): Promise<T> {
  for (const end = Date.now() + limit; Date.now() < end; await sleep(20)) {
    const found = await look()
    if (found !== undefined && found !== false) return found
  }
  throw new Error(`nothing came of ${look}`)
}

/** The events of a channel, one after the other. */
export async function* eventsOf<T>(url: string, signal?: AbortSignal): AsyncGenerator<T> {
  const response = await fetch(url, signal === undefined ? {} : { signal })
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString()
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const data = /^data: (.*)$/m.exec(text.slice(0, end))?.[1]
      text = text.slice(end + 2)
      if (data !== undefined) yield JSON.parse(data) as T
    }
  }
}
