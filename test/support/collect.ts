import { parseChain } from '../../src/cli/grammar.ts'
import { buildPipeline } from '../../src/cli/pipeline.ts'
import type { PlanNode } from '../../src/engine/plan/plan.ts'
import { RunningContext } from '../../src/engine/scheduler/running-context.ts'
import { type DStream, type OutputPort, StreamingContext } from '../../src/index.ts'
import type { TimedBatch } from './batches.ts'
import { shellWords } from './run.ts'

/** A port that keeps what is written. */
export function collectingPort(): OutputPort & { readonly written: string[]; readonly reports: string[] } {
  const written: string[] = []
  const reports: string[] = []
  return {
    written,
    reports,
    format: 'spark',
    write: (chunk) => void written.push(Buffer.from(chunk as Uint8Array).toString()),
    show: () => undefined,
    report: (message) => void reports.push(message),
  }
}

/** Run a stream over queued batches under a virtual clock and return what came out. */
export async function collectStream<T, U>(
  batches: readonly (readonly T[])[],
  make: (stream: DStream<T>, context: StreamingContext) => DStream<U>,
  count = batches.length,
): Promise<TimedBatch[]> {
  const context = new StreamingContext({
    batchDuration: 1000,
    batchLines: 1,
    batches: count,
    port: collectingPort(),
  })
  const collected: TimedBatch[] = []
  make(context.queueStream([...batches]), context).foreachRDD((rdd, time) => {
    collected.push({ time, elements: rdd.collect() })
  })
  context.start()
  await context.awaitTermination()
  return collected
}

/**
 * Run a chain as the command line reads it over queued batches; `[ with ]` is the second queue. The stages are those of
 * `dstream CHAIN`, in this process.
 */
export async function collectChain(
  chain: string,
  batches: readonly (readonly unknown[])[],
  others: readonly (readonly unknown[])[] = [],
  parallelism = 1,
): Promise<TimedBatch[]> {
  const words = shellWords(chain).map((word) => (word === 'with' ? 'demo' : word))
  const { nodes } = await buildPipeline((await parseChain(words)).chain, { output: 'emit' })
  const collected: TimedBatch[] = []
  const port = collectingPort()
  const running = new RunningContext(
    {
      version: 1,
      name: chain,
      interval: 1000,
      nodes: nodes.map((node) => withQueues(node, batches, others, collected)),
    },
    { port, parallelism, batchLines: 1, maxBatches: batches.length },
  )
  running.start()
  await running.terminated
  return collected
}

function withQueues(
  node: PlanNode,
  batches: readonly (readonly unknown[])[],
  others: readonly (readonly unknown[])[],
  collected: TimedBatch[],
): PlanNode {
  const queue = (entries: readonly (readonly unknown[])[]): PlanNode => ({
    ...node,
    command: 'queue',
    values: { queue: { type: 'closure', call: [...entries] }, 'one-at-a-time': true },
  })
  if (node.command === 'stdin') return queue(batches)
  if (node.command === 'demo') return queue(others)
  if (node.category !== 'output') return node
  const call = (rdd: { collect(): unknown[] }, time: number): void =>
    void collected.push({ time, elements: rdd.collect() })
  return { ...node, command: 'foreach-rdd', values: { function: { type: 'closure', call } } }
}
