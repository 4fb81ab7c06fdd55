import { Command } from '@oclif/core/command'
import type { RegisteredRecord } from '../engine/registry.ts'
import { commandExamples } from './command-examples.ts'
import { namesOf } from './command-names.ts'
import { findCommand } from './grammar.ts'
import { oclifArgs, oclifFlags } from './stage-values.ts'

/**
 * Return the oclif command of a record. Its statics are what the manifest and the help hold; a chain is divided before
 * oclif parses anything, so `run` hands the words on as they are.
 */
export function pipelineCommand(name: string): typeof Command {
  const record = recordOf(name)
  return class extends Command {
    static override id = name
    static override summary = record.summary
    static override description = record.description
    static override aliases = namesOf(record).slice(1)
    static override examples = commandExamples(record)
    static override args = oclifArgs(record.arguments)
    static override flags = oclifFlags(record.flags)
    static override strict = false

    override async run(): Promise<void> {
      const { runChain } = await import('./run.ts')
      process.exitCode = await runChain([name, ...this.argv])
    }
  } as unknown as typeof Command
}

function recordOf(name: string): RegisteredRecord {
  const record = findCommand(name)
  if (record === undefined) throw new RangeError(`no record has the name ${name}`)
  return record
}
