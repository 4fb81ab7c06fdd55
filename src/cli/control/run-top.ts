import { isatty } from 'node:tty'
import { EXIT } from '../../engine/plan/errors.ts'
import { colourLevel, terminalWidth } from '../screen/colour.ts'
import { createLive } from '../screen/live.ts'
import { StandardOutput } from '../standard-output.ts'
import { endTool } from '../tool-end.ts'
import { readToolWords } from '../tool-words.ts'
import { WordError } from '../usage.ts'
import { pipelines } from './client.ts'
import { statusTable } from './table.ts'
import { TOP_FLAGS } from './words.ts'

/** Run `dstream top`, whose words `argv` are with `top` as the first, and return the exit code. */
export async function runTop(argv: readonly string[]): Promise<number> {
  const output = new StandardOutput()
  try {
    const { words, values } = await readToolWords(argv, TOP_FLAGS)
    const [extra] = words
    if (extra !== undefined) throw new WordError(extra.index, 'top takes no words', 'See dstream ask.')
    const isTerminal = isatty(1)
    if (values.json === true) {
      for (const { pid, status } of await pipelines())
        void output.write(`${JSON.stringify(status ?? { pid, name: null })}\n`)
      await output.flush()
      return EXIT.ok
    }
    const screen = isTerminal ? process.stdout : { isTTY: false, columns: undefined, rows: undefined }
    const table = async (): Promise<string> =>
      statusTable(await pipelines(), {
        width: terminalWidth(screen, process.env),
        colour: colourLevel(screen, process.env),
        now: Date.now(),
      })
    if (values.once === true || !isTerminal) {
      void output.write(await table())
      await output.flush()
      return EXIT.ok
    }
    await draw(table, values.every as number)
    return EXIT.ok
  } catch (error) {
    return endTool(error, argv)
  }
}

/** Draw a table again and again, until the user has seen enough. */
async function draw(table: () => Promise<string>, every: number): Promise<void> {
  const live = createLive(process.stdout)
  let end = (): void => {}
  const ended = new Promise<'ended'>((resolve) => {
    end = () => resolve('ended')
  })
  process.once('SIGINT', end)
  process.once('SIGTERM', end)
  try {
    for (;;) {
      await live.show(await table())
      let timer: NodeJS.Timeout | undefined
      const next = new Promise<'next'>((resolve) => {
        timer = setTimeout(() => resolve('next'), every)
      })
      const what = await Promise.race([ended, next])
      clearTimeout(timer)
      if (what === 'ended') return
    }
  } finally {
    live.done()
    process.off('SIGINT', end)
    process.off('SIGTERM', end)
  }
}
