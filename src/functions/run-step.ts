import { parseCsvLine } from './delimited.ts'
import { fieldReader } from './field.ts'
import { parseLogfmt } from './logfmt.ts'
import type { Comparison, Step } from './steps.ts'
import { lengthOf, splitLikeJava, wordsOf } from './text.ts'

/**
 * Return what a step makes of one value, as a list: none or the value itself for a test. This is the meaning of a step,
 * and what is done with a value that no kernel can do.
 *
 * Throws, with any error, where the function that the step stands for might: whoever gets it calls the function itself.
 */
export function runStep(step: Step, value: unknown): unknown[] {
  if (step.step === 'pair-with') return [[value, step.value]]
  if (typeof value !== 'string') throw new TypeError(`${step.step} expects text`)
  switch (step.step) {
    case 'split':
      return step.trailing === 'drop' ? splitLikeJava(value, step.separator) : value.split(step.separator)
    case 'words':
      return wordsOf(value)
    case 'contains':
      return value.includes(step.text) === (step.negated !== true) ? [value] : []
    case 'starts-with':
      return value.startsWith(step.text) === (step.negated !== true) ? [value] : []
    case 'ends-with':
      return value.endsWith(step.text) === (step.negated !== true) ? [value] : []
    case 'equals':
      return (value === step.text) === (step.negated !== true) ? [value] : []
    case 'length': {
      const length = step.unit === 'utf-16' ? value.length : lengthOf('length', value)
      return compare(length, step.comparison, step.than) ? [value] : []
    }
    case 'lower':
      return [value.toLowerCase()]
    case 'upper':
      return [value.toUpperCase()]
    case 'trim':
      return [value.trim()]
    case 'part':
      return [value.split(step.separator)[step.index]]
    case 'word':
      return [fieldReader('field', String(step.index))(value)]
    case 'json-path':
      return [readPath(value, step.path, step.missing)]
    case 'logfmt-field':
      return [ownField(parseLogfmt(value), step.name)]
    case 'csv-field':
      return [parseCsvLine(value)[step.index] ?? null]
    case 'tsv-field':
      return [value.split('\t')[step.index] ?? null]
  }
}

function compare(left: number, comparison: Comparison, right: number): boolean {
  switch (comparison) {
    case '<':
      return left < right
    case '<=':
      return left <= right
    case '>':
      return left > right
    case '>=':
      return left >= right
    case '===':
      return left === right
    case '!==':
      return left !== right
  }
}

function ownField(record: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(record, name) ? (record[name] ?? null) : null
}

function readPath(text: string, path: readonly string[], missing: null | undefined): unknown {
  let value: unknown = JSON.parse(text)
  for (const [index, key] of path.entries()) {
    const isContainer = typeof value === 'object' && value !== null
    // Where an arrow would read a property of no object, it throws, or reads one that is no data.
    if (!isContainer && (missing === undefined || index === 0)) throw new TypeError(`no ${key} in this value`)
    if (!isContainer) return null
    const name = missing === null && Array.isArray(value) && /^\d+$/.test(key) ? String(Number(key)) : key
    const own = Object.hasOwn(value as object, name)
    if (Array.isArray(value) && !/^\d+$/.test(key)) {
      if (missing === undefined) throw new TypeError(`${key} of an array`)
      return null
    }
    if (!own) {
      if (missing === undefined && (index + 1 < path.length || key in (value as object)))
        throw new TypeError(`no ${key} in this value`)
      return missing
    }
    value = (value as Readonly<Record<string, unknown>>)[name]
    if (missing === null) value ??= null
  }
  return value
}
