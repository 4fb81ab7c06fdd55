// Written by `npm run generate` from the records in this folder; do not edit.
import { emitOutput } from './emit.ts'
import { foreachRDDOutput } from './foreach-rdd.ts'
import { printOutput } from './print.ts'
import type { OutputRecord } from './record.ts'
import { rememberOutput } from './remember.ts'

/** Every record of `outputs/`, in order of its name. */
export const outputs: readonly OutputRecord[] = [
  emitOutput,
  foreachRDDOutput,
  printOutput,
  rememberOutput,
]
