import { eachElement, elementsOf } from '../batch/lines.ts'
import { copyBytes } from '../batch/partition.ts'
import { Collector } from '../codegen/collect.ts'
import { reasonOf, stageError } from '../plan/describe.ts'
import { StageError, UsageError } from '../plan/errors.ts'
import { parseFunction } from '../plan/function-word.ts'
import { evaluate } from '../plan/functions.ts'
import { type FunctionReference, isFunctionReference } from '../plan/plan.ts'
import type { Call } from '../plan/record.ts'
import type { Time } from '../stream/types.ts'
import { CommandError, runCommand } from './commands/run-command.ts'
import { createFileEncoder, FILE_FORMATS, type FileFormat } from './formats/file-encoder.ts'
import { defineOutput, type OutputPort, type OutputTask, type OutputWriter } from './record.ts'

/** A function that is not one of the built-in ones, which are for single elements. */
type CallableReference = Exclude<FunctionReference, { type: 'builtin' }>

/** What is done with a batch. */
type Action = (elements: readonly unknown[], time: Time) => unknown

/** `for-each COMMAND|FUNCTION`. Spark: `DStream.foreachRDD`, for a person at a shell. */
export const forEachOutput = defineOutput({
  name: 'for-each',
  summary:
    'Run a shell command once per batch, with its elements on standard input, or call a function with them.',
  description:
    'The command is run by `sh` when the batch is complete, also for an empty one; each element is a line, and ' +
    '`DSTREAM_BATCH_TIME` in its environment is the time of the batch in milliseconds. What it writes goes to standard ' +
    'output. The next batch waits for it, and an exit code other than 0 fails the batch. An arrow, or an export ' +
    '`./file.ts#name`, is called with the list of elements and the time instead; a promise is waited for.',
  arguments: [
    {
      name: 'action',
      type: 'value',
      required: true,
      summary: 'a command for the shell, an arrow, or an export of a module',
    },
  ],
  flags: [
    {
      name: 'format',
      type: 'string',
      options: FILE_FORMATS,
      default: 'lines',
      summary: 'how elements are written to the command',
    },
  ],
  open: (call, port) => {
    const action = actionOf(call)
    return typeof action === 'string' ? commandWriter(call, action, port) : functionWriter(call, action)
  },
})

/** Return the words of a command, or the function that is to be called. A program says by the type which it means. */
function actionOf(call: Call): string | CallableReference {
  const value = call.value('action')
  if (isFunctionReference(value)) {
    const given = value.type === 'closure' ? value.call : undefined
    if (typeof given === 'function') return { type: 'closure', call: given }
    if (typeof given === 'string') return given
    throw call.refuse('for-each expects a command or a function')
  }
  const text = call.string('action')
  const reference = parseFunction(text)
  if (reference.type === 'module') return reference
  return isArrow(text) ? { type: 'source', text } : text
}

/** True for the text of an arrow. `=>` alone says nothing: a command may hold it, in a program for awk. */
function isArrow(text: string): boolean {
  return /^\s*(async\s*)?(\([\s\S]*?\)\s*(:[^=]*)?|[\p{ID_Start}$_][\p{ID_Continue}$]*\s*)=>/u.test(text)
}

function commandWriter(call: Call, command: string, port: OutputPort): OutputWriter {
  if (command.trim() === '') throw call.refuse('for-each expects a command or a function')
  return {
    batch: (time) => {
      const encoder = createFileEncoder(call.string('format') as FileFormat, call.shape)
      const input: (string | Uint8Array)[] = [encoder.head]
      return {
        push: (partition) => {
          if (partition.kind === 'text' && encoder.keepsText) {
            input.push(copyBytes(partition.bytes))
            return
          }
          let text = ''
          eachElement(partition, (element) => {
            text += encoder.element(element)
          })
          input.push(text)
        },
        finish: async () => {
          const environment = { DSTREAM_BATCH_TIME: String(time) }
          // An empty chunk would end a stream of chunks.
          const run = { command, input: input.filter((chunk) => chunk.length > 0), environment }
          await runCommand(run, port).catch((error: unknown) => {
            if (!(error instanceof CommandError)) throw error
            throw new StageError(call.label, error.message, undefined, error)
          })
        },
      }
    },
  }
}

function functionWriter(call: Call, reference: CallableReference): OutputWriter {
  const loading = load(call, reference)
  // Seen by the context, and by the first batch; a plan that is only explained awaits neither.
  loading.catch(() => {})
  const ready = loading.then(() => {})
  ready.catch(() => {})
  return {
    ready,
    batch: (time): OutputTask => {
      const collector = new Collector()
      return {
        push: (partition) => collector.push(partition),
        finish: async () => {
          const action = await loading
          const elements = collector.take().flatMap(elementsOf)
          try {
            await action(elements, time)
          } catch (error) {
            const batch = `batch of ${elements.length} elements at ${time} ms`
            throw stageError(call.label, batch, error)
          }
        },
      }
    },
  }
}

async function load(call: Call, reference: CallableReference): Promise<Action> {
  let action: unknown
  try {
    action = await evaluate(reference)
  } catch (error) {
    throw call.refuse(`for-each: ${reasonOf(error)}`, error instanceof UsageError ? error.hint : undefined)
  }
  if (typeof action === 'function') return action as Action
  throw call.refuse(`for-each expects a function, and this is ${action === null ? 'null' : typeof action}`)
}

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Call `action` with the elements of every batch, empty ones too, and its time in milliseconds. For one element after
     * the other, loop in it. This is an output operation; the next batch waits for a promise that `action` returns.
     *
     * @throws StageError what `action` throws, with the batch: it ends the context.
     */
    forEach(action: (elements: readonly T[], time: Time) => unknown): void
    /**
     * Run a shell command once per batch, empty ones too, with a line per element on its standard input and the batch time
     * in milliseconds as `DSTREAM_BATCH_TIME` in its environment. This is an output operation; the next batch waits.
     *
     * @param options.format how elements are written; as `emit` does where absent.
     * @throws StageError where the command fails, with the end of its stderr: it ends the context.
     */
    forEach(command: string, options?: { readonly format?: 'lines' | 'json' | 'csv' | 'tsv' | 'spark' }): void
  }
}
