import { copyBytes, type Partition } from '../batch/partition.ts'
import type { OutputRecord, OutputTask, OutputWriter } from '../outputs/record.ts'
import { reasonOf } from '../plan/describe.ts'
import type { PlanNode } from '../plan/plan.ts'
import type { Replaying } from '../recording/replaying.ts'
import type { Clock } from './clock.ts'
import type { ListenerBus, OutputOperationInfo } from './listener.ts'

/** How an output operation is named to listeners. */
export type OutputOperationName = Pick<OutputOperationInfo, 'id' | 'name' | 'description'>

/** Knows the output operations of the batch that is being worked off, and tells listeners of each. */
export class OutputOperations {
  readonly #clock: Clock
  readonly #listeners: ListenerBus
  readonly #shown: Replaying['shown']
  /** By the place of the output in the plan. */
  readonly #names = new Map<number, OutputOperationName>()
  #infos = new Map<number, OutputOperationInfo>()
  /** What all runs share that go on one behind the other, where there is a checkpoint. */
  #run: string | undefined
  #cut: 'open' | 'muted' | undefined

  /** @param shown returns the output as it is seen, where not every batch is. */
  constructor(clock: Clock, listeners: ListenerBus, shown: Replaying['shown'] = (_, record) => record) {
    this.#clock = clock
    this.#listeners = listeners
    this.#shown = shown
  }

  /**
   * From now on outputs have nothing of a batch before it is cut: only then its elements are on the disk. `run` is what all
   * runs share that go on one behind the other.
   */
  hold(run: string): void {
    this.#run = run
  }

  /** Run `cut`, which ends a batch; where `isMuted`, outputs have had it in an earlier run and are told nothing. */
  async during(cut: () => Promise<void>, isMuted = false): Promise<void> {
    this.#cut = isMuted ? 'muted' : 'open'
    try {
      await cut()
    } finally {
      this.#cut = undefined
    }
  }

  /** Return the record of a node; that of an output with writers that are seen by listeners. */
  observed<R extends { readonly category: string }>(
    node: PlanNode,
    record: R | OutputRecord,
  ): R | OutputRecord {
    if (!isOutput(record)) return record
    const id = this.#names.get(node.id)?.id ?? this.#names.size
    const name = { id, name: node.command, description: node.label }
    this.#names.set(node.id, name)
    return {
      ...record,
      open: (call, port, interval) => {
        const identity =
          this.#run === undefined ? undefined : { name: `${this.#run}/${id}`, isRecoverable: true }
        const writer = this.#shown(node, record).open(call, port, interval, identity)
        return {
          batch: (time) =>
            this.#task(name, time, this.#run !== undefined ? this.#held(writer, time) : writer.batch(time)),
          close: () => writer.close?.(),
          ...(writer.ready === undefined ? {} : { ready: writer.ready }),
        }
      },
    }
  }

  /** The batch at `time` failed before its outputs were done: the first that is not done bears the reason. */
  fail(time: number, error: unknown): void {
    const infos = [...this.#infos.values()]
    if (infos.some(({ failureReason }) => failureReason !== undefined)) return
    const name = [...this.#names.values()].find(({ id }) => this.#infos.get(id)?.endTime === undefined)
    if (name === undefined) return
    const started = this.#infos.get(name.id) ?? this.#start(name, time)
    this.#complete(started, error)
  }

  /** Return the operations since this was called last. */
  take(): ReadonlyMap<number, OutputOperationInfo> {
    const infos = this.#infos
    this.#infos = new Map()
    return infos
  }

  #task(name: OutputOperationName, time: number, task: OutputTask): OutputTask {
    return {
      push: (partition) => task.push(partition),
      seal: () => task.seal?.(),
      finish: async () => {
        if (this.#cut === 'muted') return
        const started = this.#start(name, time)
        try {
          await task.finish()
        } catch (error) {
          this.#complete(started, error)
          throw error
        }
        this.#complete(started)
      },
    }
  }

  /** A task that takes nothing before its batch is cut, and nothing at all where that is muted. */
  #held(writer: OutputWriter, time: number): OutputTask {
    let waiting: ((task: OutputTask) => void | Promise<void>)[] = []
    let task: OutputTask | undefined
    const pass = async (): Promise<OutputTask> => {
      task ??= writer.batch(time)
      for (const each of waiting.splice(0)) await each(task)
      return task
    }
    const take = (each: (task: OutputTask) => void | Promise<void>): undefined | Promise<void> => {
      if (this.#cut === 'muted') return undefined
      waiting.push(each)
      return this.#cut === undefined ? undefined : pass().then(() => {})
    }
    return {
      push: (partition) => {
        const kept = this.#cut === undefined ? copyOf(partition) : partition
        return take((open) => open.push(kept))
      },
      seal: () => void take((open) => open.seal?.()),
      finish: async () => {
        if (this.#cut === 'muted') waiting = []
        else await (await pass()).finish()
      },
    }
  }

  #start(name: OutputOperationName, batchTime: number): OutputOperationInfo {
    const info = { ...name, batchTime, startTime: this.#clock.now() }
    this.#infos.set(name.id, info)
    this.#listeners.post('onOutputOperationStarted', { outputOperationInfo: info })
    return info
  }

  #complete(started: OutputOperationInfo, ...failure: readonly unknown[]): void {
    const endTime = this.#clock.now()
    const info = {
      ...started,
      endTime,
      duration: endTime - started.startTime,
      ...(failure.length === 0 ? {} : { failureReason: reasonOf(failure[0]) }),
    }
    this.#infos.set(info.id, info)
    this.#listeners.post('onOutputOperationCompleted', { outputOperationInfo: info })
  }
}

/** Bytes belong to who pushes them; elements do not change. */
function copyOf(partition: Partition): Partition {
  return partition.kind === 'text' ? { ...partition, bytes: copyBytes(partition.bytes) } : partition
}

function isOutput(record: { readonly category: string }): record is OutputRecord {
  return record.category === 'output'
}
