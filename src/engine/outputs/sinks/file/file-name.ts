import { basename, dirname, join } from 'node:path'
import { parseBytes, parseDuration } from '../../../plan/duration.ts'
import { type Compression, ENDINGS, whyNotPacked } from '../../files/compression.ts'
import type { FileFormat } from '../../formats/file-encoder.ts'

/** What the ending of a file says about what stands in it. */
const FORMATS: Readonly<Record<string, FileFormat>> = {
  json: 'json',
  jsonl: 'json',
  ndjson: 'json',
  csv: 'csv',
  tsv: 'tsv',
  txt: 'lines',
  log: 'lines',
}

/** When the next file begins: after so much time, or so many bytes. */
export type Roll = { readonly milliseconds: number } | { readonly bytes: number }

/** A path whose ending says how the file is written. */
export interface FileName {
  readonly folder: string
  /** Without its endings. */
  readonly stem: string
  /** `.csv.gz`. */
  readonly ending: string
  readonly format: FileFormat
  readonly compression: Compression | undefined
}

/** Return the path that `file:PATH` names, as it is written: a URL of this scheme knows no relative ones. */
export function filePathOf(text: string): string {
  return text.replace(/^file:(\/\/(?=\/))?/i, '')
}

/** Return what a path says, or in words why no file can be written there. */
export function fileNameOf(path: string): FileName | string {
  const packed = (Object.keys(ENDINGS) as Compression[]).find((name) => path.endsWith(ENDINGS[name]))
  const reason = whyNotPacked(packed)?.replace('--compress zstd', 'a file .zst')
  if (reason !== undefined) return reason
  const plain = packed === undefined ? path : path.slice(0, -ENDINGS[packed].length)
  const [, stem, kind = ''] = /^(.+)\.(\w+)$/.exec(basename(plain)) ?? []
  if (kind === 'parquet') return 'write parquet:FOLDER for files of Parquet'
  const format = Object.hasOwn(FORMATS, kind) ? FORMATS[kind] : undefined
  if (stem === undefined || format === undefined)
    return `the ending says how it is written: ${Object.keys(FORMATS)
      .map((name) => `.${name}`)
      .join(', ')}, with .gz or .zst behind it where it is packed`
  const ending = `.${kind}${packed === undefined ? '' : ENDINGS[packed]}`
  return { folder: dirname(path), stem, ending, format, compression: packed }
}

/** Return what `--roll` says: `1h`, `100MB`; undefined where it is neither a time nor a size. */
export function rollOf(text: string): Roll | undefined {
  // 5m is five minutes.
  const milliseconds = parseDuration(text)
  if (milliseconds !== undefined) return milliseconds > 0 ? { milliseconds } : undefined
  const bytes = parseBytes(text)
  return bytes === undefined || bytes <= 0 ? undefined : { bytes }
}

/** Return the path of a file that begins at `time`; the `number`-th of that name, from 0. */
export function pathAt({ folder, stem, ending }: FileName, time: number | undefined, number: number): string {
  const when = time === undefined ? '' : `-${new Date(time).toISOString().slice(0, 19).replaceAll(':', '-')}Z`
  return join(folder, `${stem}${when}${number === 0 ? '' : `-${number}`}${ending}`)
}
