import { randomUUID } from 'node:crypto'
import { elementsOf } from '../batch/lines.ts'
import { Collector } from '../codegen/collect.ts'
import { batchError, reasonOf } from '../plan/describe.ts'
import { formatDuration } from '../plan/duration.ts'
import { SourceError, StageError } from '../plan/errors.ts'
import type { Call } from '../plan/record.ts'
import { redact } from '../plan/redact.ts'
import { pause } from '../sources/reading/pause.ts'
import { defineOutput, type OutputIdentity, type OutputPort, type OutputWriter } from './record.ts'
import { addressOf } from './sinks/address.ts'
import { fileNameOf, filePathOf, rollOf } from './sinks/file/file-name.ts'
import { type Rows, rowsOf } from './sinks/rows.ts'
import { isFolder, isTopic, SCHEME_NAMES, sinkOf } from './sinks/schemes.ts'
import { MODES, type Mode, type Sink, SinkLost, type SinkOptions } from './sinks/sink.ts'

const DEFAULT_TABLE = 'results'

/** Milliseconds before a lost server is asked again, at first and at most. */
const FIRST_RETRY = 100
const LONGEST_RETRY = 5000

/** `to URL`. Spark: `foreachRDD` with a writer of a database. */
export const toOutput = defineOutput({
  name: 'to',
  summary: 'Write each batch into a database, or to a server, whole and once.',
  description:
    'A pair goes to the columns `key` and `value`, a record to its fields, anything else to `value`; `batch_time` is the time ' +
    'of the batch. A table that is missing is made of the first batch that has elements. A batch is one transaction: with ' +
    '`--checkpoint` it has one effect, however often it runs again. A server that is gone is waited for, and the source ' +
    'with it. `parquet:` makes a file of each batch with elements. `file:` adds to one file, whose ending says how it is ' +
    'written (`.json`, `.csv`, `.txt`, with `.gz` or `.zst` behind it), and which has its name when it is whole. `redis://` adds to a stream, or sets the fields of a hash by key; `http://` posts lines of JSON with an ' +
    '`Idempotency-Key`; `kafka://USER@BROKER,BROKER/TOPIC` sends a pair as key and value, a record as JSON with the field ' +
    '`--key` as its key; behind `?` stand `compression`, `tls`, `tls-ca` and `sasl`, and the password is in ' +
    '`DSTREAM_KAFKA_PASSWORD`. A password is better in the environment (`PGPASSWORD`) than in the URL, and is never shown.',
  arguments: [
    {
      name: 'url',
      type: 'string',
      required: true,
      summary:
        'where to: sqlite:FILE, duckdb:FILE, parquet:FOLDER, file:PATH, postgres://, mysql://, redis://, kafka://BROKER/TOPIC, http://',
    },
  ],
  flags: [
    { name: 'table', type: 'string', default: DEFAULT_TABLE, summary: 'the table' },
    {
      name: 'mode',
      type: 'string',
      options: MODES,
      default: 'append',
      summary: 'what becomes of earlier rows: they stay, those of the same key are replaced, or all are',
    },
    {
      name: 'key',
      type: 'string',
      summary: 'columns that know a row, joined by commas; key where absent; of a message, its key',
    },
    { name: 'columns', type: 'string', summary: 'names of the columns in the place of key,value' },
    {
      name: 'roll',
      type: 'string',
      summary:
        'begin the next file of file: at each multiple of a time (1h), or behind so many bytes (100MB)',
    },
  ],
  open: (call, port, _interval, identity) => databaseWriter(call, port, identity),
})

function databaseWriter(call: Call, port: OutputPort, given?: OutputIdentity): OutputWriter {
  const identity = given ?? { name: randomUUID(), isRecoverable: false }
  const options = optionsOf(call, identity)
  const names = wordsOf(call.value('columns'))
  const connector = sinkOf(options.url.protocol.slice(0, -1))
  if (connector === undefined)
    throw call.refuse(
      `to: ${options.shown} is of a kind that is not known`,
      `Known: ${SCHEME_NAMES.join(', ')}.`,
    )
  const stop = new AbortController()
  let sink: Sink | undefined
  const connect = async (): Promise<Sink> => {
    sink ??= await (await connector())(options)
    return sink
  }
  const write = async (time: number, rows: Rows): Promise<void> => {
    for (let wait = FIRST_RETRY; ; wait = Math.min(2 * wait, LONGEST_RETRY)) {
      try {
        await (await connect()).write(time, rows)
        return
      } catch (error) {
        if (!(error instanceof SinkLost) || stop.signal.aborted) throw error
        port.report(`${options.shown}: ${redact(reasonOf(error))}; trying again in ${formatDuration(wait)}`)
        await pause(wait, stop.signal)
      }
    }
  }
  // Only a run connects: a plan that is explained opens no writer's first batch.
  return {
    batch: (time) => {
      const collector = new Collector()
      return {
        push: (partition) => collector.push(partition),
        finish: async () => {
          const elements = collector.take().flatMap(elementsOf)
          try {
            await write(time, rowsOf(elements, names, options.mode === 'upsert' ? options.keys : []))
          } catch (error) {
            if (error instanceof SourceError)
              throw new StageError(call.label, describe(error), undefined, error)
            throw batchError(call.label, time, [elements], new Error(redact(reasonOf(error))))
          }
        },
      }
    },
    close: async () => {
      stop.abort()
      await sink?.close(identity.isRecoverable)
    },
  }
}

function describe({ message, hint }: SourceError): string {
  return hint === undefined ? message : `${message}. ${hint}`
}

function optionsOf(call: Call, identity: OutputIdentity): SinkOptions {
  const text = call.string('url')
  const mode = call.string('mode') as Mode
  const keys = wordsOf(call.value('key'))
  const names = wordsOf(call.value('columns'))
  const address = addressOf(text)
  if (address === undefined)
    throw call.refuse(`to expects a URL, and ${redact(text)} is none`, 'Such as sqlite:results.db.')
  const table = call.string('table')
  const scheme = address.url.protocol.slice(0, -1)
  const isOfTopic = isTopic(scheme)
  if (isOfTopic || isFolder(scheme)) {
    if (mode !== 'append') throw call.refuse(`to: --mode ${mode} is for tables: here rows are only added`)
    if (table !== DEFAULT_TABLE)
      throw call.refuse('to: --table is for databases', 'The topic, or the folder, stands in the URL.')
    if (keys.length > 1) throw call.refuse('to: --key names one field, which is the key of its message')
  }
  if (!isOfTopic && keys.length > 0 && mode !== 'upsert') throw call.refuse('to: --key is for --mode upsert')
  const roll = call.value('roll') as string | undefined
  const path = scheme === 'file' ? filePathOf(text) : undefined
  checkFile(call, path, roll)
  const byKey = keys.length > 0 ? keys : [names[0] ?? 'key']
  return {
    ...address,
    shown: redact(text),
    table,
    mode,
    keys: isOfTopic ? keys : mode === 'upsert' ? byKey : [],
    identity: identity.name,
    isRecoverable: identity.isRecoverable,
    ...(path === undefined ? {} : { path }),
    ...(roll === undefined ? {} : { roll }),
  }
}

function checkFile(call: Call, path: string | undefined, roll: string | undefined): void {
  if (path !== undefined) {
    const name = fileNameOf(path)
    if (typeof name === 'string') throw call.refuse(`to: ${redact(call.string('url'))}: ${name}`)
  } else if (roll !== undefined) throw call.refuse('to: --roll is for file:PATH')
  if (roll !== undefined && rollOf(roll) === undefined)
    throw call.refuse(`to: --roll expects a time or a size, and got ${roll}`, 'Such as 1h, or 100MB.')
}

function wordsOf(value: unknown): readonly string[] {
  return value === undefined ? [] : String(value).split(',')
}

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Write every batch into a table of a database, in one transaction: pairs as `key` and `value`, records as their
     * fields, else `value`, each with `batch_time`. With a checkpoint a batch has one effect, however often it runs again.
     * This is an output operation; the next batch waits.
     *
     * @param url such as `sqlite:results.db`, `postgres://localhost/results` or `kafka://localhost:9092/topic`.
     * @param options.table `results` where absent; made of the first elements where it is missing.
     * @param options.mode `append` (the default), `upsert` or `replace`.
     * @param options.key columns that know a row for `upsert`, joined by commas; `key` where absent. For Kafka, the field
     * that is the key of its message.
     * @param options.columns names of the columns, joined by commas, in the place of those of the elements.
     * @param options.roll for `file:PATH`, when the next file begins: `1h`, `100MB`.
     * @throws StageError where the table does not fit, or the database refuses: it ends the context.
     */
    to(
      url: string,
      options?: {
        readonly table?: string
        readonly mode?: 'append' | 'upsert' | 'replace'
        readonly key?: string
        readonly columns?: string
        readonly roll?: string
      },
    ): void
  }
}
