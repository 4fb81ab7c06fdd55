import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { FramingKind } from '../../src/engine/sources/framing/framing.ts'
import { batchesTarget } from './batches.ts'
import { framingTarget } from './framing.ts'
import { mutated } from './mutate.ts'
import { checkpointTarget, recordingTarget } from './recovery.ts'
import { execute, type Random, type Target } from './target.ts'
import { textTarget } from './text.ts'
import { grammarTarget } from './words.ts'

const FRAMINGS: readonly FramingKind[] = ['lines', 'nul', 'json-seq', 'concat', 'length', 'blocks']

/** All that hostile bytes are given to. */
export const TARGETS: readonly Target[] = [
  grammarTarget,
  ...FRAMINGS.map(framingTarget),
  textTarget('json'),
  textTarget('csv'),
  textTarget('tsv'),
  textTarget('logfmt'),
  batchesTarget,
  checkpointTarget,
  recordingTarget,
]

/** Where the entries of the corpus stand. */
export const CORPUS = fileURLToPath(new URL('../corpus/', import.meta.url))

/** Return the entries of a corpus that are files, by name. */
export function corpusOf({ corpus }: Target): ReadonlyMap<string, Uint8Array> {
  const folder = `${CORPUS}${corpus}/`
  return new Map(readdirSync(folder).map((name) => [name, readFileSync(folder + name)]))
}

/** A run at which something went wrong. */
export interface Finding {
  readonly bytes: Uint8Array
  readonly error: unknown
}

/** Run changed entries for as long as `goesOn`; return how many, and the first finding. */
export async function fuzz(
  target: Target,
  entries: readonly Uint8Array[],
  random: Random,
  goesOn: (executions: number) => boolean,
  before: (bytes: Uint8Array) => void = () => {},
): Promise<{ readonly executions: number; readonly finding?: Finding }> {
  const pick = (): Uint8Array => entries[random(entries.length)] as Uint8Array
  for (let executions = 0; ; executions++) {
    if (!goesOn(executions)) return { executions }
    const bytes = mutated(target, pick(), pick(), random)
    before(bytes)
    try {
      await execute(target, bytes)
    } catch (error) {
      return { executions: executions + 1, finding: { bytes, error } }
    }
  }
}
