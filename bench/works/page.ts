/** What the streaming page costs: the start, and the throughput of a pipeline that is looked at. */
import { spawn } from 'node:child_process'
import { textInput } from '../inputs.ts'
import { median } from '../measure.ts'
import { atMost, type Section, table, type Work } from '../section.ts'
import { DSTREAM, type Settings } from '../settings.ts'

/** Milliseconds from the start of the process until its page is there, or, without one, until it has ended. */
async function startOf(ui: readonly string[]): Promise<number> {
  const began = performance.now()
  const child = spawn(process.execPath, [DSTREAM, ...ui, 'emit'], { stdio: ['pipe', 'ignore', 'pipe'] })
  try {
    const said = await new Promise<string>((resolve, reject) => {
      let text = ''
      child.on('close', () => reject(new Error(`no page: ${text}`)))
      child.stderr.on('data', (chunk: Buffer) => {
        text += chunk
        if (/page: \S+\n/.test(text)) resolve(text)
      })
    })
    const response = await fetch(/page: (\S+)/.exec(said)?.[1] ?? '')
    if (!response.ok || !(await response.text()).includes('<!doctype html>')) throw new Error('no page')
    return performance.now() - began
  } finally {
    child.removeAllListeners('close')
    child.kill('SIGKILL')
  }
}

/** Seconds of a word count from a file, with somebody who reads all that the page is told. */
async function count(path: string, ui: readonly string[]): Promise<number> {
  const chain = ['text', path, '--interval', '200ms', 'flatmap', 'split', 'reduce-by-key', 'emit']
  const began = performance.now()
  const child = spawn(process.execPath, [DSTREAM, ...ui, ...chain], { stdio: ['ignore', 'ignore', 'pipe'] })
  let text = ''
  let isRead = false
  child.stderr.on('data', (chunk: Buffer) => {
    text += chunk
    const url = /page: (\S+)\n/.exec(text)?.[1]
    if (url === undefined || isRead) return
    isRead = true
    const read = async (): Promise<void> => {
      const response = await fetch(`${url}streaming/events`)
      for await (const _ of response.body ?? []);
    }
    read().catch(() => {})
  })
  const code = await new Promise((resolve) => child.on('close', resolve))
  if (code !== 0) throw new Error(`ended with ${code}: ${text}`)
  return (performance.now() - began) / 1000
}

async function measure(settings: Settings): Promise<Section> {
  const { quick, pairs } = settings
  const starts: number[] = []
  for (let round = 0; round < (quick ? 5 : 21); round += 1) starts.push(await startOf(['--ui', '0']))
  const { path } = textInput(settings.text * 5)
  const [plain, watched]: [number[], number[]] = [[], []]
  for (let round = 0; round < pairs; round += 1) {
    // Who comes first has no advantage.
    for (const isWatched of round % 2 === 0 ? [false, true] : [true, false])
      (isWatched ? watched : plain).push(await count(path, isWatched ? ['--ui', '0'] : []))
    console.error(`  without ${plain.at(-1)?.toFixed(2)} s, with ${watched.at(-1)?.toFixed(2)} s`)
  }
  const cost = (median(watched.map((seconds, at) => seconds / (plain[at] as number))) - 1) * 100
  return {
    title: 'The streaming page: what it costs',
    text: `Medians: of ${starts.length} starts, from the start of the process until the page is loaded; of ${pairs} pairs of a word count
with batches of 200 ms, without a page and with one of which somebody is told everything.

${table(
  ['', ''],
  [
    ['the page is there after', `${median(starts).toFixed(0)} ms`],
    ['word count without a page', `${median(plain).toFixed(2)} s`],
    ['word count with a page that is looked at', `${median(watched).toFixed(2)} s`],
  ],
)}`,
    goals: [
      atMost('the page is there after at most 200 ms', median(starts), 200, 'ms'),
      atMost('a page that is looked at costs at most 2 % of the throughput', cost, 2, '%'),
    ],
  }
}

/** `npm run bench -- page`. */
export const page: Work = {
  name: 'page',
  summary: 'the start of the streaming page, and what looking at it costs',
  measure,
}
