import { parseCsvLine } from '../../src/functions/delimited.ts'
import { fieldReader } from '../../src/functions/field.ts'
import { parseLogfmt } from '../../src/functions/logfmt.ts'
import type { Comparison, Step } from '../../src/functions/steps.ts'
import { splitLikeJava, wordsOf } from '../../src/functions/text.ts'

/** A value that a step promises nothing of: whoever runs the steps asks the function itself, about the first value. */
export class AskFunction extends Error {}

/**
 * Return what steps make of a value: the meaning of `Step`, written in the plainest way, for kernels and for the
 * analysis to be compared with. Throws AskFunction where a kernel may not answer.
 */
export function runSteps(steps: readonly Step[], value: unknown): unknown[] {
  return steps.reduce<unknown[]>((values, step) => values.flatMap((each) => runOne(step, each)), [value])
}

/** A list is flattened once by `runSteps`, so that a result which is a list stands in another. */
function runOne(step: Step, value: unknown): unknown[] {
  if (step.step === 'pair-with') return [[value, step.value]]
  if (typeof value !== 'string') throw new AskFunction(`${step.step} of what is no text`)
  switch (step.step) {
    case 'split':
      return step.trailing === 'keep' ? value.split(step.separator) : splitLikeJava(value, step.separator)
    case 'words':
      return wordsOf(value)
    case 'contains':
      return kept(value, value.includes(step.text), step.negated)
    case 'starts-with':
      return kept(value, value.startsWith(step.text), step.negated)
    case 'ends-with':
      return kept(value, value.endsWith(step.text), step.negated)
    case 'equals':
      return kept(value, value === step.text, step.negated)
    case 'length': {
      const length = step.unit === 'utf-16' ? value.length : Array.from(value).length
      return kept(value, COMPARE[step.comparison](length, step.than))
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
      return [step.missing === null ? field(parsed(value), step.path) : property(parsed(value), step.path)]
    case 'logfmt-field':
      return [field(asked(parseLogfmt, value), [step.name])]
    case 'csv-field':
      if (step.separator !== ',') throw new AskFunction('csv with another separator')
      return [field(asked(parseCsvLine, value), [String(step.index)])]
    case 'tsv-field':
      return [field(value.split(step.separator), [String(step.index)])]
  }
}

function kept(value: string, isHeld: boolean, negated = false): string[] {
  return isHeld === negated ? [] : [value]
}

const COMPARE: Readonly<Record<Comparison, (left: number, right: number) => boolean>> = {
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
  '===': (left, right) => left === right,
  '!==': (left, right) => left !== right,
}

/** What a function gives, unless it throws. */
function asked<T, R>(run: (value: T) => R, value: T): R {
  try {
    return run(value)
  } catch (cause) {
    throw new AskFunction(String(cause), { cause })
  }
}

function parsed(text: string): unknown {
  const value = asked<string, unknown>(JSON.parse, text)
  if (typeof value !== 'object' || value === null) throw new AskFunction('JSON of no object')
  return value
}

/** As the built-in function `field` reads a record. */
function field(record: unknown, path: readonly string[]): unknown {
  const words = path.map((key) => (/^\d+$/.test(key) ? `[${key}]` : `.${key.replace(/[\\.[]/g, '\\$&')}`))
  return asked(fieldReader('field', words.join('').replace(/^\./, '')), record)
}

/** As `.a.b` and `?.a?.b` both read it; where they differ, or read what is no data, nothing is promised. */
function property(record: unknown, path: readonly string[]): unknown {
  let value = record
  for (const key of path) {
    const isIndex = String(Number(key)) === key
    const isHolder = typeof value === 'object' && value !== null && (isIndex || !Array.isArray(value))
    if (!isHolder || (!Object.hasOwn(value as object, key) && key in (value as object)))
      throw new AskFunction(`${key} of what has no keys`)
    value = Object.hasOwn(value as object, key)
      ? (value as Readonly<Record<string, unknown>>)[key]
      : undefined
  }
  return value
}
