import type { OperatorRecord } from '../engine/operators/record.ts'
import type { ExampleRecord } from '../engine/plan/record.ts'
import type { RegisteredRecord } from '../engine/registry.ts'
import { usageWords } from './help/usage-words.ts'

/** An example as the help shows it. */
export interface ShownExample {
  /** The command line: a whole one, or with `…` where the input cannot be written in a line of shell. */
  readonly line: string
  /** The line stands for itself: a shell gives what `rows` say. */
  readonly canPaste: boolean
  /** What comes out, a row per batch; with what went in where there are several. */
  readonly rows: readonly string[]
}

/** Sources and outputs meet the world, so their examples are lines to read, not cases to run. */
const LINES: Readonly<Record<string, readonly string[]>> = {
  demo: ['dstream demo flatmap split reduce-by-key top 5 print --live'],
  files: [
    'dstream files incoming flatmap split reduce-by-key',
    "dstream files incoming --existing --match '*.log' count",
    'dstream files s3://my-bucket/logs --region eu-central-1 count',
  ],
  http: ['dstream http 8080 count', 'dstream http 8080 --format ndjson map field:level count-by-value'],
  kafka: [
    'dstream kafka clicks --brokers localhost:9092 map json count-by-value',
    'dstream kafka clicks --from earliest --until end count',
    'dstream kafka clicks --group pages --share map json count-by-value',
  ],
  flume: [
    'dstream flume 4141 count',
    'dstream flume 4141 --with headers map field:headers.host count-by-value',
  ],
  'flume-polling': ['dstream flume-polling localhost:9988 count'],
  listen: ['dstream listen 9999 count-by-value', 'dstream listen 5170 --host 0.0.0.0 --once emit'],
  mqtt: [
    "dstream mqtt mqtt://localhost 'sensors/+/temperature' --client-id averages --with-topic reduce-by-key max",
  ],
  rate: ["dstream rate 100 map 'n => n % 10' count-by-value"],
  receiver: ["dstream receiver '() => [1, 2, 3].values()' map 'n => n * 2' emit"],
  socket: ['dstream socket localhost 9999 flatmap split reduce-by-key'],
  stdin: [
    'dstream stdin --framing json-seq map field:host count-by-value',
    'nc -lk 9999 | dstream flatmap split reduce-by-key',
  ],
  tail: ['dstream tail access.log map field:1 window 1m 5s count-by-value top 5'],
  text: ['dstream text a.txt b.txt.gz flatmap split reduce-by-key'],
  emit: [
    'dstream demo flatmap split emit | dstream count-by-value',
    "dstream tail app.log map json filter 'e => e.ms > 100' emit --format csv",
  ],
  'for-each': [
    "dstream demo count for-each 'cat >> counts.txt'",
    "dstream demo for-each 'xargs -n 1 ./send' --parallel 4 --retries 3 --on-failure skip",
    'dstream demo flatmap words reduce-by-key for-each \'(pairs, time) => fetch("http://localhost:8080/" + time, { method: "POST", body: JSON.stringify(pairs) })\'',
  ],
  chart: [
    'dstream demo flatmap words reduce-by-key chart',
    'dstream demo flatmap words reduce-by-key chart --kind sparkline --rows 5',
    'dstream demo map length chart --kind histogram',
  ],
  dashboard: [
    'dstream demo flatmap words reduce-by-key dashboard',
    "dstream demo flatmap words reduce-by-key dashboard --chart line --title 'words over time'",
    'dstream demo flatmap words reduce-by-key tee [ dashboard --chart map-of-keys ] dashboard --chart table',
  ],
  'save-as-text-files': [
    'dstream demo flatmap words reduce-by-key save-as-text-files out/words txt',
    'dstream demo flatmap words reduce-by-key save-as-text-files out/words --format spark print',
  ],
  'save-as-object-files': ['dstream tail app.log map json save-as-object-files out/events'],
  print: [
    'dstream demo flatmap split reduce-by-key print 5',
    'dstream demo flatmap split reduce-by-key print --format spark',
  ],
  tee: [
    'dstream tail access.log tee [ count print --title lines ] filter contains:error emit',
    "dstream demo flatmap words tee [ reduce-by-key to sqlite:words.db ] count for-each 'cat >> counts.txt'",
  ],
  to: [
    'dstream demo flatmap split reduce-by-key to sqlite:words.db --mode upsert',
    'dstream demo flatmap split reduce-by-key to postgres://localhost/results --columns word,count',
  ],
}

/** Return the examples of a record as its help shows them. */
export function shownExamples(record: RegisteredRecord): ShownExample[] {
  if (record.category === 'operator') return record.examples.map((example) => shown(record, example))
  const fallback =
    record.category === 'source'
      ? `dstream ${usageWords(record)} count`
      : `dstream demo ${usageWords(record)}`
  return (LINES[record.name] ?? [fallback]).map((line) => ({ line, canPaste: false, rows: [] }))
}

/** Return the examples of a command as lines, for the manifest. */
export function commandExamples(record: RegisteredRecord): string[] {
  return shownExamples(record).map(({ line }) => line)
}

/** Return an element as an example shows it: words bare, pairs as `(key, value)`, all else as JSON. */
export function elementText(element: unknown): string {
  if (typeof element === 'string' && /^[^\s"'(),[\]{}–→]+$/u.test(element) && !/^-?\d/.test(element)) {
    return element
  }
  if (Array.isArray(element) && element.length === 2) return `(${element.map(elementText).join(', ')})`
  return JSON.stringify(element) ?? String(element)
}

function shown(record: OperatorRecord, example: ExampleRecord): ShownExample {
  const { batches, out } = trimmed(record, example)
  const input = inputLine(batches, out, example)
  const rows = batches.map((batch, index) => {
    const second = example.with?.[index]
    const before = second === undefined ? rowText(batch) : `${rowText(batch)} [ ${rowText(second)} ]`
    const after = `→ ${rowText(out[index] ?? [])}`
    return batches.length === 1 && input !== undefined ? after : `${before} ${after}`
  })
  if (input !== undefined) return { line: `${input} ${example.chain}`, canPaste: true, rows }
  return { line: `… | dstream ${example.chain.replace('[ with ]', '[ … ]')}`, canPaste: false, rows }
}

function rowText(batch: readonly unknown[]): string {
  return batch.length === 0 ? '–' : batch.map(elementText).join(' ')
}

type Batches = readonly (readonly unknown[])[]

/** Batches without those at the end that say nothing; one batch where an operator looks at elements only. */
function trimmed(record: OperatorRecord, example: ExampleRecord): { batches: Batches; out: Batches } {
  const out = example.out.map((batch) => batch ?? [])
  let length = example.in.length
  while (length > 1 && example.in[length - 1]?.length === 0 && out[length - 1]?.length === 0) length -= 1
  const batches = example.in.slice(0, length)
  if (record.kind !== 'narrow' || example.with !== undefined) return { batches, out: out.slice(0, length) }
  return { batches: [batches.flat()], out: [out.flat()] }
}

/** The part of a line of shell that gives these batches to an operator; undefined where none can. */
function inputLine(batches: Batches, out: Batches, example: ExampleRecord): string | undefined {
  const size = batches[0]?.length ?? 0
  const last = batches.at(-1)?.length ?? 0
  const isEven = batches.slice(0, -1).every(({ length }) => length === size) && last > 0 && last <= size
  // At the end of input the clock runs on to the next slide, and one more batch would come out.
  const endsEarly = example.endsEarly === true || example.out.at(-1) === null
  if (example.with !== undefined || !isEven || endsEarly) return undefined
  const elements = batches.flat()
  // A pair that comes out as a key is one value, which a line of text could not be.
  const isKey = out.flat().some((element) => Array.isArray(element) && Array.isArray(element[0]))
  const isText = elements.every((element) => typeof element === 'string' || (!isKey && isTextPair(element)))
  const lines = elements.map((element) =>
    isText ? (Array.isArray(element) ? element.join('\t') : String(element)) : JSON.stringify(element),
  )
  const flags = batches.length > 1 ? ` --batch-lines ${size}` : ''
  return `printf ${printfWord(lines)} | dstream${flags}${isText ? '' : ' map json'}`
}

/** Pairs that a line `key<TAB>value` is read as. */
function isTextPair(element: unknown): boolean {
  if (!Array.isArray(element) || element.length !== 2) return false
  const [key, value] = element as [unknown, unknown]
  if (typeof key !== 'string') return false
  return typeof value === 'number' || (typeof value === 'string' && Number.isNaN(Number(value || 'x')))
}

function printfWord(lines: readonly string[]): string {
  const text = lines.map((line) => `${line}\n`).join('')
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('%', '%%').replaceAll("'", "'\\''")
  return `'${escaped.replaceAll('\n', '\\n').replaceAll('\t', '\\t')}'`
}
