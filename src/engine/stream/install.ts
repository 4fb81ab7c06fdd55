import { camelCase } from '../../functions/lookup.ts'
import { operators } from '../operators/registry.ts'
import { outputs } from '../outputs/registry.ts'
import { DStream } from './dstream.ts'

/** Give DStream the methods of every operator and output; their types come from the same files. */
export function installMethods(): void {
  const prototype = DStream.prototype as unknown as Record<string, unknown>
  for (const record of operators) {
    // What only the engine adds is no method.
    if (record.internal === true && record.method === undefined) continue
    prototype[record.method ?? camelCase(record.name)] = function (
      this: DStream<unknown>,
      ...args: unknown[]
    ) {
      const given = record.program?.(args) ?? args
      return new DStream(this.context, this.context.append(record, [this.node], given))
    }
  }
  for (const record of outputs) {
    if (record.method === false || (record.internal === true && record.method === undefined)) continue
    prototype[record.method ?? camelCase(record.name)] = function (
      this: DStream<unknown>,
      ...args: unknown[]
    ) {
      this.context.append(record, [this.node], args)
    }
  }
}
