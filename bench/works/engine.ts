/** Starts a program of `bench/engine` in a process of its own. */
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { BatchesReport, BatchesRequest } from '../engine/batches.ts'
import { BENCH } from '../settings.ts'

const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href

/** The words that start `bench/engine/NAME`, which is TypeScript. */
export function engine(name: string, ...args: string[]): string[] {
  return [process.execPath, `--import=${TSX}`, join(BENCH, 'engine', name), ...args]
}

/** Run a pipeline in batches of N lines. */
export function runBatches(request: BatchesRequest): BatchesReport {
  const [program, ...args] = engine('batches.ts', JSON.stringify(request)) as [string, ...string[]]
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 28 })
  if (status !== 0) throw new Error(`${request.pipeline} ended with ${status}: ${stderr}`)
  return JSON.parse(stdout) as BatchesReport
}
