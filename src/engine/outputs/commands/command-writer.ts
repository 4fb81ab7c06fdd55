import { eachElement } from '../../batch/lines.ts'
import { copyBytes, countOf, type Partition } from '../../batch/partition.ts'
import { StageError } from '../../plan/errors.ts'
import type { Encoder } from '../formats/encoder.ts'
import { createFileEncoder, type FileFormat } from '../formats/file-encoder.ts'
import type { OutputCall, OutputPort, OutputTask, OutputWriter } from '../record.ts'
import { createAttempts } from './attempts.ts'
import { CommandError, runCommand } from './run-command.ts'

/** What one of several commands reads of a batch. */
interface Share {
  readonly input: (string | Uint8Array)[]
  count: number
}

/** Return what runs a shell command per batch, or several that share its elements. */
export function commandWriter(call: OutputCall, command: string, port: OutputPort): OutputWriter {
  if (command.trim() === '') throw call.refuse('for-each expects a command or a function')
  const parallel = call.number('parallel')
  if (parallel < 1) throw call.refuse('--parallel expects 1 or more')
  const attempts = createAttempts(call, port.report)
  const newEncoder = (): Encoder => createFileEncoder(call.string('format') as FileFormat, call.shape)
  const run = (
    { input, count }: Share,
    environment: Readonly<Record<string, string>>,
    turn: Promise<void>,
  ): Promise<void> =>
    attempts.run(count, async (attempt) => {
      const words = { ...environment, DSTREAM_ATTEMPT: String(attempt) }
      // An empty chunk would end a stream of chunks.
      const chunks = input.filter((chunk) => chunk.length > 0)
      await runCommand({ command, input: chunks, environment: words, turn }, port).catch((error: unknown) => {
        if (!(error instanceof CommandError)) throw error
        throw new StageError(call.label, error.message, undefined, error)
      })
    })
  return {
    batch: (time): OutputTask => {
      const shares: Share[] = []
      const encoders = Array.from({ length: parallel }, newEncoder)
      const shareOf = (index: number): Share => {
        shares[index] ??= { input: [encoders[index]?.head ?? ''], count: 0 }
        return shares[index]
      }
      shareOf(0)
      let total = 0
      return {
        push: (partition) => {
          if (parallel === 1) return addWhole(shareOf(0), encoders[0] as Encoder, partition)
          const texts: string[] = []
          eachElement(partition, (element) => {
            // By its place in the batch, so that the blocks in which it came make no difference.
            const index = total % parallel
            total += 1
            shareOf(index).count += 1
            texts[index] = (texts[index] ?? '') + (encoders[index] as Encoder).element(element)
          })
          for (const [index, text] of texts.entries()) if (text !== undefined) shareOf(index).input.push(text)
          return undefined
        },
        finish: async () => {
          const ends: Promise<void>[] = []
          let turn = Promise.resolve()
          for (const [index, share] of shares.entries()) {
            const environment = { DSTREAM_BATCH_TIME: String(time), DSTREAM_PART: String(index) }
            const end = run(share, environment, turn)
            ends.push(end)
            turn = Promise.allSettled([turn, end]).then(() => {})
          }
          const failed = (await Promise.allSettled(ends)).find(({ status }) => status === 'rejected')
          if (failed?.status === 'rejected') throw failed.reason
        },
      }
    },
    close: () => attempts.stop(),
  }
}

function addWhole(share: Share, encoder: Encoder, partition: Partition): undefined {
  share.count += countOf(partition)
  if (partition.kind === 'text' && encoder.keepsText) {
    share.input.push(copyBytes(partition.bytes))
    return
  }
  let text = ''
  eachElement(partition, (element) => {
    text += encoder.element(element)
  })
  share.input.push(text)
}
