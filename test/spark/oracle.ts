import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { TimedBatch } from '../support/batches.ts'
import type { Chain } from './chains.ts'
import type { Step } from './operators.ts'

const HERE = fileURLToPath(new URL('.', import.meta.url))

/** What Spark made of a chain. */
export interface Answer {
  readonly batches: readonly TimedBatch[]
  readonly error: string | null
}

/** A Spark that runs chains. */
export interface Oracle {
  readonly version: string
  run(chains: readonly Chain[]): Promise<Answer[]>
  stop(): void
}

/** Return the Python that has Spark, undefined where none has. */
export function findPython(): string | undefined {
  const installed = fileURLToPath(new URL('../../bench/.contenders/python/bin/python', import.meta.url))
  return [process.env.PYSPARK_PYTHON, existsSync(installed) ? installed : undefined, 'python3']
    .filter((python) => python !== undefined)
    .find((python) => spawnSync(python, ['-c', 'import pyspark.streaming']).status === 0)
}

/** Start Spark; resolve when it can be asked. */
export async function startOracle(python: string, folder: string): Promise<Oracle> {
  const env = {
    ...process.env,
    PYSPARK_PYTHON: python,
    PYTHONPATH: [HERE, process.env.PYTHONPATH].filter(Boolean).join(':'),
    SPARK_LOCAL_IP: '127.0.0.1',
    PYTHONDONTWRITEBYTECODE: '1',
    TZ: 'UTC',
    // The least work for a JVM that lives for minutes.
    PYSPARK_SUBMIT_ARGS:
      '--driver-java-options "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xss4m" pyspark-shell',
  }
  const args = [`${HERE}oracle.py`, folder]
  const child = spawn(python, args, { env, cwd: folder, stdio: ['pipe', 'pipe', 'pipe'] })
  let complaints = ''
  child.stderr.on('data', (chunk: Buffer) => {
    complaints = `${complaints}${chunk}`.slice(-4000)
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async (): Promise<Record<string, unknown>> => {
    const { done, value } = await lines.next()
    if (done === true) throw new Error(`Spark ended: ${complaints}`)
    return JSON.parse(value) as Record<string, unknown>
  }
  const { ready } = await next()
  return {
    version: String(ready),
    run: async (chains) => {
      const message = { batches: chains[0]?.batches.length ?? 0, chains: chains.map(messageOf) }
      child.stdin.write(`${JSON.stringify(message)}\n`)
      const { results } = (await next()) as {
        results: { batches: [number, unknown[]][]; error: string | null }[]
      }
      return results.map(({ batches, error }) => ({
        error,
        batches: batches.map(([time, elements]) => ({ time, elements })),
      }))
    },
    stop: () => void child.stdin.end(),
  }
}

function messageOf(chain: Chain): Record<string, unknown> {
  const { batches, otherBatches, slices } = chain
  return {
    a: batches,
    b: otherBatches ?? null,
    slices,
    python: pythonOf(chain),
  }
}

/** Return what PySpark is asked for. */
export function pythonOf({ steps, others }: Chain): string {
  const text = (from: string, all: readonly Step[]) => [from, ...all.map(({ python }) => python)].join('.')
  return text('a', steps).replace('OTHER', text('b', others))
}
