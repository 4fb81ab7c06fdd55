import { elementsOf } from '../batch/lines.ts'
import { Collector } from '../codegen/collect.ts'
import { reasonOf, stageError } from '../plan/describe.ts'
import { UsageError } from '../plan/errors.ts'
import { parseFunction } from '../plan/function-word.ts'
import { evaluate } from '../plan/functions.ts'
import { type FunctionReference, isFunctionReference } from '../plan/plan.ts'
import type { Call } from '../plan/record.ts'
import type { Time } from '../stream/types.ts'
import { createAttempts } from './commands/attempts.ts'
import { commandWriter } from './commands/command-writer.ts'
import { FILE_FORMATS } from './formats/file-encoder.ts'
import {
  defineOutput,
  type OutputCall,
  type OutputPort,
  type OutputTask,
  type OutputWriter,
} from './record.ts'

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
    '`./file.ts#name`, is called with the list of elements and the time instead; a promise is waited for. With --retries ' +
    'it runs again with the same elements, after 100 ms, 200 ms and so on to 5 s; what a failed attempt wrote stays, and ' +
    '`DSTREAM_ATTEMPT` is 1, 2, …. What fails at last ends the run, or with --on-failure skip its elements are counted as ' +
    'lost, and the exit code is 3. With --parallel N the elements of a batch are dealt out to N commands that run side by ' +
    'side, `DSTREAM_PART` being 0 to N - 1; what they write comes out in this order.',
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
    { name: 'parallel', type: 'integer', default: 1, summary: 'commands that share a batch' },
    { name: 'retries', type: 'integer', default: 0, summary: 'how often it runs again after a failure' },
    {
      name: 'on-failure',
      type: 'string',
      options: ['fail', 'skip'],
      default: 'fail',
      summary: 'what becomes of a run, or of the elements, where it fails at last',
    },
  ],
  open: (call, port) => {
    const action = actionOf(call)
    return typeof action === 'string' ? commandWriter(call, action, port) : functionWriter(call, action, port)
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

function functionWriter(call: OutputCall, reference: CallableReference, port: OutputPort): OutputWriter {
  if (call.number('parallel') !== 1)
    throw call.refuse(
      'for-each: --parallel is for commands',
      'A function may begin as much at once as it likes.',
    )
  const attempts = createAttempts(call, port.report)
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
          await attempts.run(elements.length, async () => {
            try {
              await action(elements, time)
            } catch (error) {
              const batch = `batch of ${elements.length} elements at ${time} ms`
              throw stageError(call.label, batch, error)
            }
          })
        },
      }
    },
    close: () => attempts.stop(),
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

/** What a program does where a batch fails. */
interface FailureOptions {
  readonly retries?: number
  readonly onFailure?: 'fail' | 'skip'
}

/** How a program runs commands. */
interface CommandOptions extends FailureOptions {
  readonly format?: 'lines' | 'json' | 'csv' | 'tsv' | 'spark'
  readonly parallel?: number
}

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Call `action` with the elements of every batch, empty ones too, and its time in milliseconds. For one element after
     * the other, loop in it. This is an output operation; the next batch waits for a promise that `action` returns.
     *
     * @param options.retries how often `action` is called again after a failure; 0 where absent.
     * @param options.onFailure what comes after the last failure: `fail` (the default), or `skip`: the elements are lost.
     * @throws StageError what `action` throws, with the batch: it ends the context.
     */
    forEach(action: (elements: readonly T[], time: Time) => unknown, options?: FailureOptions): void
    /**
     * Run a shell command once per batch, empty ones too, with a line per element on its standard input and the batch time
     * in milliseconds as `DSTREAM_BATCH_TIME` in its environment. This is an output operation; the next batch waits.
     *
     * @param options.format how elements are written; as `emit` does where absent.
     * @param options.parallel commands to which the elements of a batch are dealt out; 1 where absent.
     * @param options.retries how often a command runs again after a failure; 0 where absent.
     * @param options.onFailure what comes after the last failure: `fail` (the default), or `skip`: the elements are lost.
     * @throws StageError where the command fails, with the end of its stderr: it ends the context.
     */
    forEach(command: string, options?: CommandOptions): void
  }
}
