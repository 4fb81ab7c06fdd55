import { localThreads } from '../engine/masters/local.ts'
import { CONTEXT_FLAGS } from './context-flags.ts'
import type { FlagWord } from './grammar.ts'
import { contextValues } from './stage-values.ts'
import { didYouMean, WordError } from './usage.ts'

/** The flags of the context, read. Durations in milliseconds. */
export interface ContextOptions {
  readonly interval: number
  /** A stream of batches may set the interval where the user has not. */
  readonly mayAdoptInterval: boolean
  readonly parallelism: number
  readonly master: string
  readonly parallelCalls: boolean
  readonly maxLine: number
  readonly explain: boolean
  readonly quiet: boolean
  readonly stats: boolean
  readonly name?: string
  readonly maxBatches?: number
  readonly batchLines?: number
  readonly timeout?: number
  readonly maxRate?: number
}

/** Keys of `--conf` that this release reads, and the flag each stands for. */
const CONF_KEYS: Readonly<Record<string, 'max-rate'>> = { 'spark.streaming.receiver.maxRate': 'max-rate' }

/** Flags that are part of the grammar and whose engine part is still to come: refused, so that nobody relies on them. */
const NOT_BUILT: Readonly<Record<string, string>> = {
  checkpoint: 'recovery from a checkpoint is not built yet; nothing would be saved',
  ui: 'the streaming page is not built yet',
}

/** Read the flags of the context. Throws WordError. */
export async function contextOptions(words: readonly FlagWord[]): Promise<ContextOptions> {
  const values = await contextValues(words, CONTEXT_FLAGS)
  const at = (name: string): number => {
    const word = words.find(({ record }) => record.name === name)
    return word?.value?.index ?? word?.index ?? 0
  }
  for (const [name, reason] of Object.entries(NOT_BUILT)) {
    if (values[name] !== undefined) throw new WordError(at(name), reason)
  }
  for (const name of ['batches', 'batch-lines', 'max-rate']) {
    if (values[name] !== undefined && (values[name] as number) < 1)
      throw new WordError(at(name), `--${name} expects at least 1`)
  }
  const conf = await confValues((values.conf as readonly string[] | undefined) ?? [], at('conf'))
  const optional = {
    name: values.name,
    maxBatches: values.batches,
    batchLines: values['batch-lines'],
    timeout: values.timeout,
    maxRate: values['max-rate'] ?? conf['max-rate'],
  }
  return {
    interval: values.interval as number,
    mayAdoptInterval: !words.some(({ record }) => record.name === 'interval'),
    parallelism: parallelism(values.master as string, at('master')),
    master: values.master as string,
    // Who asks for threads knows that each loads the functions anew.
    parallelCalls: words.some(({ record }) => record.name === 'master'),
    maxLine: values['max-line'] as number,
    explain: values.explain === true,
    quiet: values.quiet === true,
    stats: values.stats === true,
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
  }
}

async function confValues(settings: readonly string[], index: number): Promise<Record<string, number>> {
  const found: Record<string, number> = {}
  for (const setting of settings) {
    const [key = '', value = ''] = setting.split('=')
    const name = CONF_KEYS[key]
    if (name === undefined) {
      throw new WordError(
        index,
        `--conf knows no key ${key}`,
        (await didYouMean(key, Object.keys(CONF_KEYS))) ?? `It reads ${Object.keys(CONF_KEYS).join(', ')}.`,
      )
    }
    if (!/^\d+$/.test(value)) throw new WordError(index, `${key} expects a whole number, got ${value}`)
    found[name] = Number(value)
  }
  return found
}

function parallelism(master: string, index: number): number {
  const count = localThreads(master)
  if (count === undefined) throw new WordError(index, `--master expects local[N], got ${master}`)
  if (count < 1) throw new WordError(index, 'a master has at least 1 thread')
  return count
}
