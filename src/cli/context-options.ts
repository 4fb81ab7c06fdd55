import { localThreads } from '../engine/masters/local.ts'
import type { CheckpointOptions } from '../engine/recovery/checkpoint-options.ts'
import {
  type Configuration,
  ConfigurationError,
  readConfiguration,
} from '../engine/scheduler/configuration.ts'
import { CONTEXT_FLAGS } from './context-flags.ts'
import type { FlagWord } from './grammar.ts'
import { contextValues } from './stage-values.ts'
import { shownWord, WordError } from './usage.ts'

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
  readonly configuration: Configuration
  /** Where the run is written down. */
  readonly checkpoint?: CheckpointOptions
  /** What a changed pipeline drops may be dropped. */
  readonly yes: boolean
  /** What happens when a function fails for an element. */
  readonly onError?: string
  /** Where events are written. */
  readonly events?: string
  /** Where what the sources deliver is kept. */
  readonly record?: string
  /** Where the streaming page is served. */
  readonly ui?: { readonly port: number; readonly host?: string }
}

/** Read the flags of the context. Throws WordError. */
export async function contextOptions(words: readonly FlagWord[]): Promise<ContextOptions> {
  const values = await contextValues(words, CONTEXT_FLAGS)
  const at = (name: string): number => {
    const word = words.find(({ record }) => record.name === name)
    return word?.value?.index ?? word?.index ?? 0
  }
  for (const name of ['batches', 'batch-lines', 'max-rate']) {
    if (values[name] !== undefined && (values[name] as number) < 1)
      throw new WordError(at(name), `--${name} expects at least 1`)
  }
  if (values['on-error'] === '')
    throw new WordError(at('on-error'), '--on-error expects fail, skip or a file')
  const configuration = confValues(words)
  const isSet = (name: string): boolean => words.some(({ record }) => record.name === name)
  const master = (isSet('master') ? undefined : configuration.master) ?? (values.master as string)
  const optional = {
    name: values.name ?? configuration.appName,
    maxBatches: values.batches,
    batchLines: values['batch-lines'],
    timeout: values.timeout,
    maxRate: values['max-rate'],
    events: values.events,
    checkpoint: checkpointOptions(values, configuration.checkpointDirectory),
    record: values.record,
    onError: values['on-error'],
    ui: pageOptions(values, at) ?? configuration.page,
  }
  return {
    interval: values.interval as number,
    mayAdoptInterval: !isSet('interval'),
    parallelism: parallelism(master, at(isSet('master') ? 'master' : 'conf')),
    master,
    // Who asks for threads knows that each loads the functions anew.
    parallelCalls: isSet('master') || configuration.master !== undefined,
    configuration,
    maxLine: values['max-line'] as number,
    explain: values.explain === true,
    quiet: values.quiet === true,
    yes: values.yes === true,
    stats: values.stats === true,
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
  }
}

function pageOptions(
  { ui, 'ui-host': host }: Awaited<ReturnType<typeof contextValues>>,
  at: (name: string) => number,
): ContextOptions['ui'] {
  if (ui === undefined && host !== undefined)
    throw new WordError(at('ui-host'), '--ui-host is the address of the page, and there is no --ui')
  if (ui === undefined) return undefined
  const port = Number(/^:?(\d{1,5})$/.exec(ui as string)?.[1] ?? -1)
  if (port < 0 || port > 65_535)
    throw new WordError(at('ui'), `--ui expects a port, got ${shownWord(ui as string)}`)
  return { port, ...(host === undefined ? {} : { host: host as string }) }
}

function checkpointOptions(
  values: Awaited<ReturnType<typeof contextValues>>,
  configured: string | undefined,
): CheckpointOptions | undefined {
  const directory = (values.checkpoint as string | undefined) ?? configured
  if (directory === undefined) return undefined
  return {
    directory,
    interval: values['checkpoint-interval'] as number,
    createOnError: values['create-on-error'] === true,
  }
}

/** Read every `--conf key=value`; an error points at its own word. */
function confValues(words: readonly FlagWord[]): Configuration {
  const settings = words.flatMap(({ record, value }) => {
    if (record.name !== 'conf' || value === undefined) return []
    const at = value.text.indexOf('=')
    if (at < 1) throw new WordError(value.index, `--conf expects key=value, got ${shownWord(value.text)}`)
    return [{ key: value.text.slice(0, at), value: value.text.slice(at + 1), index: value.index }]
  })
  try {
    return readConfiguration(settings.map(({ key, value }) => [key, value]))
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    const index = settings.find(({ key }) => key === error.key)?.index ?? 0
    throw new WordError(index, error.message, error.hint)
  }
}

function parallelism(master: string, index: number): number {
  const count = localThreads(master)
  if (count === undefined) throw new WordError(index, `--master expects local[N], got ${master}`)
  if (count < 1) throw new WordError(index, 'a master has at least 1 thread')
  return count
}
