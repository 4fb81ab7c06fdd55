import { approxDistinct, approxTop } from './approximations.ts'
import { concat, first, last, list } from './collectors.ts'
import * as comparisons from './comparisons.ts'
import { csv, tsv } from './delimited.ts'
import { field } from './field.ts'
import { hyperloglog } from './hyperloglog.ts'
import { json, toJson } from './json.ts'
import { logfmt } from './logfmt.ts'
import { indexByName } from './lookup.ts'
import { not } from './not.ts'
import { key, pair, swap, value } from './pairs.ts'
import { capture, findAll, matches, regex, replace } from './patterns.ts'
import { percentile, percentiles } from './percentiles.ts'
import * as predicates from './predicates.ts'
import type { FunctionRecord } from './record.ts'
import { count, max, mean, min, product, sum } from './reducers.ts'
import { tDigest } from './t-digest.ts'
import { chars, lines, lower, split, take, trim, upper, words } from './text.ts'
import { identity, length, number, round, string } from './values.ts'

/** Every built-in function, in the order in which `dstream functions` shows them. */
export const functions: readonly FunctionRecord[] = [
  split,
  words,
  lines,
  chars,
  lower,
  upper,
  trim,
  take,
  replace,
  identity,
  length,
  string,
  number,
  round,
  json,
  toJson,
  field,
  csv,
  tsv,
  logfmt,
  regex,
  capture,
  findAll,
  pair,
  swap,
  key,
  value,
  predicates.notEmpty,
  predicates.contains,
  predicates.startsWith,
  predicates.endsWith,
  predicates.equals,
  matches,
  comparisons.longerThan,
  comparisons.shorterThan,
  comparisons.greaterThan,
  comparisons.atLeast,
  comparisons.lessThan,
  comparisons.atMost,
  not,
  sum,
  product,
  min,
  max,
  count,
  mean,
  first,
  last,
  concat,
  list,
  percentile,
  percentiles,
  approxDistinct,
  approxTop,
  hyperloglog,
  tDigest,
]

const index = indexByName(functions)

/** Return the built-in function of a name or alias, in kebab case or camelCase, else undefined. */
export function findFunction(nameOrAlias: string): FunctionRecord | undefined {
  return index.get(nameOrAlias)
}
