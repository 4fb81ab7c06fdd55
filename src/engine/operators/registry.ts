// Written by `npm run generate` from the records in this folder; do not edit.
import { cache } from './cache.ts'
import { checkpoint } from './checkpoint.ts'
import { cogroup } from './cogroup.ts'
import { combineByKey } from './combine-by-key.ts'
import { connectedComponents } from './connected-components.ts'
import { countByValueAndWindow } from './count-by-value-and-window.ts'
import { countByValue } from './count-by-value.ts'
import { countByWindow } from './count-by-window.ts'
import { countMin } from './count-min.ts'
import { count } from './count.ts'
import { dedup } from './dedup.ts'
import { degrees } from './degrees.ts'
import { detectChange } from './detect-change.ts'
import { distinct } from './distinct.ts'
import { eventTime } from './event-time.ts'
import { filter } from './filter.ts'
import { flatMapValues } from './flat-map-values.ts'
import { flatmap } from './flatmap.ts'
import { forecast } from './forecast.ts'
import { fullOuterJoin } from './full-outer-join.ts'
import { glom } from './glom.ts'
import { groupByKeyAndWindow } from './group-by-key-and-window.ts'
import { groupByKey } from './group-by-key.ts'
import { halfSpaceTrees } from './half-space-trees.ts'
import { heavyHitters } from './heavy-hitters.ts'
import { hoeffdingTree } from './hoeffding-tree.ts'
import { joinWithin } from './join-within.ts'
import { join } from './join.ts'
import { kCore } from './k-core.ts'
import { labelPropagation } from './label-propagation.ts'
import { leftOuterJoin } from './left-outer-join.ts'
import { mapPartitionsWithIndex } from './map-partitions-with-index.ts'
import { mapPartitions } from './map-partitions.ts'
import { mapValues } from './map-values.ts'
import { mapWithState } from './map-with-state.ts'
import { map } from './map.ts'
import { pageRank } from './page-rank.ts'
import { partitionBy } from './partition-by.ts'
import { persist } from './persist.ts'
import { predict } from './predict.ts'
import { rates } from './rates.ts'
import type { OperatorRecord } from './record.ts'
import { reduceByKeyAndWindow } from './reduce-by-key-and-window.ts'
import { reduceByKey } from './reduce-by-key.ts'
import { reduceByWindow } from './reduce-by-window.ts'
import { reduce } from './reduce.ts'
import { repartition } from './repartition.ts'
import { rightOuterJoin } from './right-outer-join.ts'
import { sample } from './sample.ts'
import { sessionWindow } from './session-window.ts'
import { shortestPaths } from './shortest-paths.ts'
import { slice } from './slice.ts'
import { slidingWindow } from './sliding-window.ts'
import { sortBy } from './sort-by.ts'
import { sql } from './sql.ts'
import { stateSnapshots } from './state-snapshots.ts'
import { streamingClassifier } from './streaming-classifier.ts'
import { streamingKMeans } from './streaming-kmeans.ts'
import { streamingLinearRegression } from './streaming-linear-regression.ts'
import { streamingLogisticRegression } from './streaming-logistic-regression.ts'
import { streamingNaiveBayes } from './streaming-naive-bayes.ts'
import { streamingTest } from './streaming-test.ts'
import { stronglyConnectedComponents } from './strongly-connected-components.ts'
import { take } from './take.ts'
import { tap } from './tap.ts'
import { top } from './top.ts'
import { trainOn } from './train-on.ts'
import { transformWith } from './transform-with.ts'
import { transform } from './transform.ts'
import { triangleCount } from './triangle-count.ts'
import { tumblingWindow } from './tumbling-window.ts'
import { union } from './union.ts'
import { updateStateByKey } from './update-state-by-key.ts'
import { window } from './window.ts'

/** Every record of `operators/`, in order of its name. */
export const operators: readonly OperatorRecord[] = [
  cache,
  checkpoint,
  cogroup,
  combineByKey,
  connectedComponents,
  count,
  countByValue,
  countByValueAndWindow,
  countByWindow,
  countMin,
  dedup,
  degrees,
  detectChange,
  distinct,
  eventTime,
  filter,
  flatMapValues,
  flatmap,
  forecast,
  fullOuterJoin,
  glom,
  groupByKey,
  groupByKeyAndWindow,
  halfSpaceTrees,
  heavyHitters,
  hoeffdingTree,
  join,
  joinWithin,
  kCore,
  labelPropagation,
  leftOuterJoin,
  map,
  mapPartitions,
  mapPartitionsWithIndex,
  mapValues,
  mapWithState,
  pageRank,
  partitionBy,
  persist,
  predict,
  rates,
  reduce,
  reduceByKey,
  reduceByKeyAndWindow,
  reduceByWindow,
  repartition,
  rightOuterJoin,
  sample,
  sessionWindow,
  shortestPaths,
  slice,
  slidingWindow,
  sortBy,
  sql,
  stateSnapshots,
  streamingClassifier,
  streamingKMeans,
  streamingLinearRegression,
  streamingLogisticRegression,
  streamingNaiveBayes,
  streamingTest,
  stronglyConnectedComponents,
  take,
  tap,
  top,
  trainOn,
  transform,
  transformWith,
  triangleCount,
  tumblingWindow,
  union,
  updateStateByKey,
  window,
]
