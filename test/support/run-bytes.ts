import { parseChain } from '../../src/cli/grammar.ts'
import { buildPipeline } from '../../src/cli/pipeline.ts'
import type { LoweringLimits } from '../../src/engine/codegen/lowering.ts'
import type { OnError } from '../../src/engine/plan/element-errors.ts'
import { RunningContext } from '../../src/engine/scheduler/running-context.ts'
import { collectingPort } from './collect.ts'

/** Kernels from the first byte. */
export const FROM_THE_START: LoweringLimits = {
  kernelBytes: 0,
  startingBytes: 1 << 30,
  sharedBytes: 1 << 30,
}

/** Run a chain over bytes in place of standard input, in batches of `batchLines` lines or as their stream says; return what it writes, and its failure. */
export async function runBytes(
  chain: readonly string[],
  bytes: Uint8Array,
  batchLines: number | undefined,
  lowering: LoweringLimits | false,
  onError: OnError = 'fail',
): Promise<{ readonly written: string; readonly failure: string; readonly dropped: number }> {
  const { nodes } = await buildPipeline((await parseChain(chain)).chain, { output: 'emit' })
  const port = collectingPort()
  const plan = {
    version: 1 as const,
    name: chain.join(' '),
    interval: 1000,
    nodes: nodes.map((node) =>
      node.command === 'stdin'
        ? { ...node, command: 'bytes', values: { bytes: { type: 'closure' as const, call: bytes } } }
        : node,
    ),
  }
  const running = new RunningContext(plan, {
    port,
    parallelism: 1,
    ...(batchLines === undefined ? { mayAdoptInterval: true } : { batchLines }),
    lowering,
    onError,
  })
  running.start()
  const failure = await running.terminated.then(
    () => '',
    (error: Error) => `${error.name}: ${error.message}`,
  )
  return { written: port.written.join(''), failure, dropped: running.dropped }
}
