import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type DStream, ManualClock, StreamingContext } from '../../src/index.ts'
import { decodeBatches, encodeBatches, type TimedBatch } from '../support/batches.ts'
import { collectingPort } from '../support/collect.ts'
import { dstream } from '../support/run.ts'
import type { Chain } from './chains.ts'
import type { Argument, Step } from './operators.ts'

/** How a line of the command is written that holds a batch as a list. */
const UNFOLD = ['flatmap', 'line => JSON.parse(line)']

/** Run a chain through the library, under a clock that the run moves. */
export async function runApi(chain: Chain, master: string): Promise<TimedBatch[]> {
  const { batches, otherBatches } = chain
  const clock = new ManualClock(0)
  const options = { batchDuration: 1000, batches: batches.length, clock, port: collectingPort(), master }
  const context = new StreamingContext(options)
  const other = otherBatches && applied(context.queueStream([...otherBatches]), chain.others, undefined)
  const collected: TimedBatch[] = []
  applied(context.queueStream([...batches]), chain.steps, other).foreachRDD((rdd, time) => {
    collected.push({ time, elements: rdd.collect() })
  })
  context.addStreamingListener({ onStreamingStarted: () => clock.advance(batches.length * 1000) })
  context.start()
  await context.awaitTermination()
  return JSON.parse(JSON.stringify(collected)) as TimedBatch[]
}

function applied(
  stream: DStream<unknown>,
  steps: readonly Step[],
  other: DStream<unknown> | undefined,
): DStream<unknown> {
  return steps.reduce((current, { method, args }) => {
    const call = (current as unknown as Record<string, (...args: unknown[]) => DStream<unknown>>)[method]
    if (call === undefined) throw new TypeError(`DStream has no ${method}`)
    return call.apply(
      current,
      args.map((argument) => passed(argument, other)),
    )
  }, stream)
}

function passed(argument: Argument, other: DStream<unknown> | undefined): unknown {
  if ('js' in argument) return argument.js.includes('=>') ? evaluated(argument.js) : argument.js
  if ('duration' in argument) return argument.duration
  return 'count' in argument ? argument.count : other
}

/** The text is the harness's own, from the table of its functions. */
function evaluated(text: string): unknown {
  return new globalThis.Function(`return ${text}`)()
}

/** Run a chain through the command: one stream as a stream of batches, two as files with a batch in each line. */
export async function runCli(chain: Chain, master: string, folder: string): Promise<TimedBatch[]> {
  const { batches } = chain
  const tail = ['emit', '--format', 'batches', '--master', master]
  const words = wordsOf(chain, folder)
  const isSingle = chain.otherBatches === undefined
  const args = isSingle ? [...words, ...tail] : [...words, ...tail, '--batch-lines', '1']
  const { code, stdout, stderr } = await dstream(args, isSingle ? encodeBatches(batches) : '')
  if (code !== 0) throw new Error(`dstream ${args.join(' ')}\nexit code ${code}: ${stderr}`)
  return decodeBatches(stdout).filter(({ time }) => time <= batches.length * 1000)
}

/** Return the command line of a chain. */
export function wordsOf(chain: Chain, folder: string): string[] {
  if (chain.otherBatches === undefined) return stageWords(chain.steps, [])
  const file = (name: string, batches: readonly unknown[]): string[] => {
    const path = join(folder, `${chain.seed}-${name}.jsonl`)
    writeFileSync(path, batches.map((batch) => `${JSON.stringify(batch)}\n`).join(''))
    return ['text', path, ...UNFOLD]
  }
  const other = ['[', ...file('b', chain.otherBatches), ...stageWords(chain.others, []), ']']
  return [...file('a', chain.batches), ...stageWords(chain.steps, other)]
}

function stageWords(steps: readonly Step[], other: readonly string[]): string[] {
  return steps.flatMap(({ method, args, flags }) => [
    method === 'flatMap' ? 'flatmap' : method.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
    ...args
      .filter((_, index) => flags?.instead.includes(index) !== true)
      .flatMap((argument) => wordOf(argument, other)),
    ...(flags?.words ?? []),
  ])
}

function wordOf(argument: Argument, other: readonly string[]): readonly string[] {
  if ('js' in argument) return [argument.js.includes('=>') ? argument.js : ensured(argument.js)]
  if ('duration' in argument) return [`${argument.duration}ms`]
  return 'count' in argument ? [String(argument.count)] : other
}

/** A colon makes a word a function where a command has the same name. */
function ensured(name: string): string {
  return name.includes(':') ? name : `${name}:`
}
