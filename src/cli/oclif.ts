import { fileURLToPath } from 'node:url'
import * as Errors from '@oclif/core/errors'
import { run } from '@oclif/core/run'
import { findCommand, parseChain } from './grammar.ts'

/** Hand a command line that is no chain to oclif: help, version, lists, completion. Returns the exit code. */
export async function runOclif(argv: readonly string[]): Promise<number> {
  const words = await helpWords(argv)
  try {
    await run(words, fileURLToPath(new URL('../..', import.meta.url)))
    return Number(process.exitCode ?? 0)
  } catch (error) {
    if (error instanceof Errors.ExitError) return error.oclif.exit ?? 0
    throw error
  }
}

/** `… flatmap split --help` asks about the stage it stands on, which is the last before it. */
async function helpWords(argv: readonly string[]): Promise<string[]> {
  const at = argv.findIndex((word) => word === '--help' || word === '-h')
  if (at <= 0) return [...argv]
  const before = argv.slice(0, at)
  try {
    const { chain } = await parseChain(before)
    const stage = chain.stages.at(-1)
    if (stage !== undefined) return [stage.record.name, '--help']
  } catch {
    // The stage lacks an argument, which is why its help is asked for.
  }
  const name = before.findLast((word) => findCommand(word) !== undefined)
  const record = name === undefined ? undefined : findCommand(name)
  return record === undefined ? [...argv] : [record.name, '--help']
}
