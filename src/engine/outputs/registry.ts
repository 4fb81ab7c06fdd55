// Written by `npm run generate` from the records in this folder; do not edit.
import { chart } from './chart.ts'
import { dashboardOutput } from './dashboard.ts'
import { emitOutput } from './emit.ts'
import { forEachOutput } from './for-each.ts'
import { foreachRDDOutput } from './foreach-rdd.ts'
import { printOutput } from './print.ts'
import type { OutputRecord } from './record.ts'
import { rememberOutput } from './remember.ts'
import { saveAsHadoopFilesOutput } from './save-as-hadoop-files.ts'
import { saveAsNewAPIHadoopFilesOutput } from './save-as-new-api-hadoop-files.ts'
import { saveAsObjectFilesOutput } from './save-as-object-files.ts'
import { saveAsTextFilesOutput } from './save-as-text-files.ts'
import { tee } from './tee.ts'
import { toOutput } from './to.ts'

/** Every record of `outputs/`, in order of its name. */
export const outputs: readonly OutputRecord[] = [
  chart,
  dashboardOutput,
  emitOutput,
  forEachOutput,
  foreachRDDOutput,
  printOutput,
  rememberOutput,
  saveAsHadoopFilesOutput,
  saveAsNewAPIHadoopFilesOutput,
  saveAsObjectFilesOutput,
  saveAsTextFilesOutput,
  tee,
  toOutput,
]
