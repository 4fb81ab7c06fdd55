import { describeElement } from '../plan/describe.ts'
import { StageError } from '../plan/errors.ts'
import { filesWriter } from './files/files-writer.ts'
import { textEncoder } from './formats/file-encoder.ts'
import { defineOutput } from './record.ts'

/** `save-as-object-files PREFIX [SUFFIX]`. Spark: `DStream.saveAsObjectFiles`, with JSON for Java's serialization. */
export const saveAsObjectFilesOutput = defineOutput({
  name: 'save-as-object-files',
  summary:
    'Write each batch to a directory PREFIX-TIME or PREFIX-TIME.SUFFIX, from which its elements can be restored.',
  description:
    'The files are those of `save-as-text-files`, with a line of JSON per element. `dstream text DIR/part-00000 map ' +
    'json` gives the elements as they were: texts, numbers, true and false, null, pairs, lists and records. Other ' +
    'elements, which JSON would change, are an error.',
  arguments: [
    {
      name: 'prefix',
      type: 'string',
      required: true,
      summary: 'where the directories are, and how they begin',
    },
    {
      name: 'suffix',
      type: 'string',
      required: false,
      summary: 'what stands behind the time, after a point',
    },
  ],
  flags: [],
  open: (call) => {
    const text = (element: unknown): string => {
      const changed = changedByJson(element)
      if (changed === undefined) return JSON.stringify(element)
      const reason = `JSON cannot restore ${changed}; map it to a text or a number before, or use save-as-text-files`
      throw new StageError(call.label, reason, describeElement(element))
    }
    return filesWriter(call, { encoder: () => textEncoder(text, false) })
  },
})

/** Return what in a value would come back otherwise, in words; undefined where nothing would. */
function changedByJson(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return undefined
    case 'number':
      return Number.isFinite(value) ? undefined : `the number ${value}`
    case 'object':
      break
    default:
      return `a value of type ${typeof value}`
  }
  if (value === null) return undefined
  if (Array.isArray(value)) return firstOf(Array.from(value))
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return `a ${value.constructor?.name ?? 'value'}`
  if ('toJSON' in value) return 'a record with a method toJSON'
  // A field that is undefined reads as one that is missing.
  return firstOf(Object.values(value).filter((field) => field !== undefined))
}

function firstOf(values: readonly unknown[]): string | undefined {
  for (const value of values) {
    const changed = changedByJson(value)
    if (changed !== undefined) return changed
  }
  return undefined
}

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Write every batch to a directory `prefix-TIME` or `prefix-TIME.suffix`, TIME in milliseconds, a line of JSON per
     * element (Spark: `DStream.saveAsObjectFiles`). `ssc.source('text', [file]).map('json')` restores the elements: texts,
     * finite numbers, booleans, null, lists and plain objects. This is an output operation.
     *
     * @throws StageError at an element that JSON would change, or where a file cannot be written: it ends the context.
     */
    saveAsObjectFiles(prefix: string, suffix?: string): void
  }
}
