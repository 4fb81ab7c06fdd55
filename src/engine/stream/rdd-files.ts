import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { eachElement } from '../batch/lines.ts'
import type { Partition, TextPartition } from '../batch/partition.ts'
import { jsonText } from '../outputs/formats/encoder.ts'
import { sparkText } from '../outputs/formats/spark.ts'
import { reasonOf } from '../plan/describe.ts'
import { UsageError } from '../plan/errors.ts'
import { globTest, isGlob } from '../sources/reading/glob.ts'

/** Characters gathered before they are written. */
const CHUNK = 1 << 16

/** Write partitions as a directory of text, an element a line as Spark shows it. Throws UsageError where it exists. */
export function writeTextFiles(path: string, partitions: readonly Partition[]): void {
  writeDirectory(path, partitions, sparkText)
}

/** Write partitions as a directory of JSON, an element a line. Throws UsageError where it exists. */
export function writeObjectFiles(path: string, partitions: readonly Partition[]): void {
  writeDirectory(path, partitions, jsonText)
}

/**
 * Return the lines of the files that `path` names, a partition per file: a file, a directory of files, a pattern of
 * either, or several of these divided by commas. Names that start with `.` or `_` are left out, as in Spark, and `.gz`
 * files are decompressed. Lines end as in Java: `\n`, `\r\n` or `\r`.
 *
 * @throws UsageError where nothing is found, a directory holds a directory, or a file cannot be read.
 */
export function readTextFiles(path: string): TextPartition[] {
  return filesOf(path).map((file) => linesOf(readBytes(file)))
}

/** Return the files that `path` names with their texts, whole. Throws as `readTextFiles` does. */
export function readWholeFiles(path: string): [path: string, text: string][] {
  return filesOf(path).map((file) => [file, readBytes(file).toString('utf8')])
}

function writeDirectory(
  path: string,
  partitions: readonly Partition[],
  text: (item: unknown) => string,
): void {
  const target = resolve(path)
  if (existsSync(target)) {
    throw new UsageError(
      `the output directory ${path} already exists`,
      'Remove it, or write to another: what is there is never overwritten.',
    )
  }
  const temporary = join(dirname(target), `.${basename(target)}._temporary`)
  rmSync(temporary, { recursive: true, force: true })
  mkdirSync(temporary, { recursive: true })
  try {
    for (const [index, partition] of partitions.entries())
      writePart(join(temporary, `part-${String(index).padStart(5, '0')}`), partition, text)
    writeFileSync(join(temporary, '_SUCCESS'), '')
    renameSync(temporary, target)
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true })
    throw error
  }
}

function writePart(file: string, partition: Partition, text: (item: unknown) => string): void {
  if (partition.kind === 'text' && text === sparkText) {
    writeFileSync(file, partition.bytes)
    return
  }
  const descriptor = openSync(file, 'w')
  try {
    let lines: string[] = []
    let length = 0
    const flush = (): void => {
      if (lines.length > 0) writeSync(descriptor, `${lines.join('\n')}\n`)
      lines = []
      length = 0
    }
    eachElement(partition, (item) => {
      const line = text(item)
      lines.push(line)
      length += line.length
      if (length >= CHUNK) flush()
    })
    flush()
  } finally {
    closeSync(descriptor)
  }
}

function filesOf(path: string): string[] {
  // A comma divides, unless it is in the name, or between the braces of a pattern.
  const words = existsSync(path) ? [path] : path.split(/,(?![^{]*\})/)
  return words.flatMap((word) => {
    const found = isGlob(word) && !existsSync(word) ? matchesOf(word) : existsSync(word) ? [word] : []
    if (found.length === 0) throw new UsageError(`there is no input at ${word}`)
    return found.flatMap(filesAt)
  })
}

function filesAt(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path, { withFileTypes: true })
    .filter(({ name }) => !/^[._]/.test(name))
    .map(({ name }) => {
      const file = join(path, name)
      if (statSync(file).isDirectory())
        throw new UsageError(`${path} holds a directory, ${name}`, `Read ${path}/* instead.`)
      return file
    })
    .sort()
}

function matchesOf(pattern: string): string[] {
  let found = [pattern.startsWith('/') ? '/' : '']
  for (const part of pattern.split('/').filter((name) => name !== '')) {
    const matches = isGlob(part) ? globTest(part) : undefined
    found = found.flatMap((directory) => {
      if (matches === undefined) return existsSync(join(directory, part)) ? [join(directory, part)] : []
      if (!statSync(directory || '.').isDirectory()) return []
      return readdirSync(directory || '.')
        .filter((name) => matches(name) && !/^[._]/.test(name))
        .sort()
        .map((name) => join(directory, name))
    })
  }
  return found
}

function readBytes(file: string): Buffer {
  try {
    const bytes = readFileSync(file)
    return file.endsWith('.gz') ? gunzipSync(bytes) : bytes
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${reasonOf(error)}`)
  }
}

function linesOf(content: Buffer): TextPartition {
  const hasMark = content[0] === 0xef && content[1] === 0xbb && content[2] === 0xbf
  let bytes = hasMark ? content.subarray(3) : content
  if (bytes.includes('\r')) bytes = Buffer.from(bytes.toString('latin1').replace(/\r\n?/g, '\n'), 'latin1')
  if (bytes.length > 0 && bytes.at(-1) !== 10) bytes = Buffer.concat([bytes, Buffer.from('\n')])
  let count = 0
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) count += 1
  return { kind: 'text', bytes, count }
}
