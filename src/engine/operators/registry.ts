// Written by `npm run generate` from the records in this folder; do not edit.
import { countByValue } from './count-by-value.ts'
import { count } from './count.ts'
import { distinct } from './distinct.ts'
import { filter } from './filter.ts'
import { flatMapValues } from './flat-map-values.ts'
import { flatmap } from './flatmap.ts'
import { glom } from './glom.ts'
import { groupByKey } from './group-by-key.ts'
import { join } from './join.ts'
import { mapValues } from './map-values.ts'
import { mapWithState } from './map-with-state.ts'
import { map } from './map.ts'
import type { OperatorRecord } from './record.ts'
import { reduceByKeyAndWindow } from './reduce-by-key-and-window.ts'
import { reduceByKey } from './reduce-by-key.ts'
import { reduce } from './reduce.ts'
import { repartition } from './repartition.ts'
import { sample } from './sample.ts'
import { sortBy } from './sort-by.ts'
import { sql } from './sql.ts'
import { take } from './take.ts'
import { tap } from './tap.ts'
import { top } from './top.ts'
import { union } from './union.ts'
import { window } from './window.ts'

/** Every record of `operators/`, in order of its name. */
export const operators: readonly OperatorRecord[] = [
  count,
  countByValue,
  distinct,
  filter,
  flatMapValues,
  flatmap,
  glom,
  groupByKey,
  join,
  map,
  mapValues,
  mapWithState,
  reduce,
  reduceByKey,
  reduceByKeyAndWindow,
  repartition,
  sample,
  sortBy,
  sql,
  take,
  tap,
  top,
  union,
  window,
]
