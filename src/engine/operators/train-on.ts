import type { Learner } from '../learning/learner.ts'
import { learnerStage } from '../learning/learner-stage.ts'
import { isFunctionReference } from '../plan/plan.ts'
import { defineOperator } from './record.ts'

/** `trainOn` of a model of a program: nothing comes out. Not a command. Spark: `StreamingLinearAlgorithm.trainOn`. */
export const trainOn = defineOperator({
  name: 'train-on',
  internal: true,
  summary: 'Let a model of the program learn from each batch.',
  kind: 'stateful',
  arguments: [{ name: 'learner', type: 'value', required: true, summary: 'the model' }],
  flags: [],
  examples: [],
  apply: (call) => {
    const reference = call.value('learner')
    const learner =
      isFunctionReference(reference) && reference.type === 'closure' ? reference.call : undefined
    return learnerStage(call, learner as Learner)
  },
})
