import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { elementsOf } from '../batch/lines.ts'
import type { Gather, OperatorCall } from '../operators/record.ts'
import { reasonOf } from '../plan/describe.ts'
import { takeEach } from '../plan/element-errors.ts'
import { StageError } from '../plan/errors.ts'
import type { FlagRecord } from '../plan/record.ts'
import { keeping } from '../state/saved.ts'
import type { Learner, Point } from './learner.ts'

/** Flags of every stage that learns. */
export const LEARNER_FLAGS = [
  {
    name: 'model',
    type: 'string',
    summary: 'a file of JSON: the model begins as it says, and is written there after every batch',
  },
  {
    name: 'give',
    type: 'string',
    options: ['predictions', 'metrics', 'model'],
    default: 'predictions',
    summary: 'what comes out of a batch: predictions, how good they were, or the model',
  },
] as const satisfies readonly FlagRecord[]

/**
 * Return what a stage does that learns: each element is predicted by what was learned of the batches before, then the batch
 * is learned. The first batch of all is learned before it is predicted.
 */
export function learnerStage<P extends Point>(call: OperatorCall, learner: Learner<P>): Gather {
  const path = call.value('model') as string | undefined
  // A model of a program is asked for predictions elsewhere.
  const give = call.value('give') as string | undefined
  let isLoaded = path === undefined
  return {
    gather: ([batch = []]) => {
      // Not when the plan is made, which --explain does as well.
      if (!isLoaded) loadModel(call.label, path as string, learner)
      isLoaded = true
      const points = pointsOf(call, learner, batch.flatMap(elementsOf))
      if (give === undefined) {
        learn(call, learner, points)
        return []
      }
      const isFirst = !learner.isReady
      if (isFirst) learn(call, learner, points)
      // What the model says before it learns the batch; its numbers themselves are those after it.
      const told = give === 'model' ? [] : tellings(learner, points, give === 'metrics')
      if (!isFirst) learn(call, learner, points)
      if (path !== undefined) saveModel(call.label, path, learner)
      const rows = give === 'model' ? learner.rows() : told
      return rows.length === 0 ? [] : [{ kind: 'rows', rows }]
    },
    calls: 'called once per batch',
    keeps: keeping({
      of: call.label.split(' ')[0] ?? call.label,
      version: 1,
      save: () => learner.toJSON(),
      restore: (saved) => {
        learner.load(saved)
        isLoaded = true
      },
      entries: () => learner.rows(),
    }),
  }
}

/** Return each key with its prediction, or how good the predictions are; no predictions where the model has none yet. */
function tellings<P extends Point>(
  learner: Learner<P>,
  points: readonly P[],
  isMeasured: boolean,
): readonly unknown[] {
  if (!learner.isReady) return isMeasured ? [{ count: 0 }] : []
  const predictions = points.map((point) => learner.tell(point))
  if (isMeasured) return [learner.measure(points, predictions)]
  return points.map(({ key }, at) => [key, predictions[at]])
}

/** Return the elements as points that the model can learn from; others are errors, or left out. */
function pointsOf<P extends Point>(
  call: OperatorCall,
  learner: Learner<P>,
  elements: readonly unknown[],
): readonly P[] {
  const points: P[] = []
  takeEach(call, elements, (element) => {
    points.push(learner.pointOf(element))
  })
  return points
}

function learn<P extends Point>(call: OperatorCall, learner: Learner<P>, points: readonly P[]): void {
  try {
    learner.learn(points)
  } catch (error) {
    throw new StageError(call.label, reasonOf(error))
  }
}

/** A model, as far as a file is concerned. */
type Loadable = Pick<Learner, 'isReady' | 'load' | 'toJSON'>

/** Let a model begin as a file says, where it is there. Throws StageError where that holds none that fits. */
function loadModel(label: string, path: string, learner: Loadable): void {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw new StageError(label, `--model ${path}: ${reasonOf(error)}`)
  }
  try {
    learner.load(JSON.parse(text))
  } catch (error) {
    throw new StageError(label, `--model ${path}: ${reasonOf(error)}`)
  }
}

/** Whoever reads the file finds the model of a whole batch. */
function saveModel(label: string, path: string, learner: Loadable): void {
  if (!learner.isReady) return
  try {
    writeFileSync(`${path}.writing`, `${JSON.stringify(learner, undefined, 2)}\n`)
    renameSync(`${path}.writing`, path)
  } catch (error) {
    throw new StageError(label, `--model ${path}: ${reasonOf(error)}`)
  }
}
