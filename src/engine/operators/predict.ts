import { elementsOf } from '../batch/lines.ts'
import { ModelFile } from '../learning/model-file.ts'
import { reasonOf } from '../plan/describe.ts'
import { takeEach } from '../plan/element-errors.ts'
import { StageError } from '../plan/errors.ts'
import { defineOperator } from './record.ts'

/** `predict MODEL`. Spark: a model that was trained elsewhere, inside of `map`. */
export const predict = defineOperator({
  name: 'predict',
  summary: 'Tell of each element what a model says that was learned before.',
  description:
    'The model is a file of JSON, as `--model` of the stages that learn writes it, whether it still learns or not: it is read again when it changes. Elements are ' +
    'points as there; with `--labelled` the first number of a line is its label, which comes out beside what is told.',
  kind: 'wide',
  arguments: [{ name: 'model', type: 'string', required: true, summary: 'the file of the model' }],
  flags: [{ name: 'labelled', type: 'boolean', summary: 'the first number of a line is its label' }],
  examples: [
    {
      chain: 'predict examples/line.json',
      in: [['1,1', '(a,[2,0])'], ['[0,3]']],
      out: [
        [
          ['1,1', 1.5],
          ['a', 4],
        ],
        [['[0,3]', -1.5]],
      ],
    },
  ],
  apply: (call) => {
    const file = new ModelFile(call.string('model'))
    const isLabelled = call.boolean('labelled')
    return {
      gather: ([batch = []]) => {
        const elements = batch.flatMap(elementsOf)
        if (elements.length === 0) return []
        let model: ReturnType<ModelFile['read']>
        try {
          model = file.read()
        } catch (error) {
          throw new StageError(call.label, reasonOf(error))
        }
        const rows: [unknown, unknown][] = []
        takeEach(call, elements, (element) => {
          const point = model.pointOf(element, isLabelled)
          rows.push([point.key, model.tell(point)])
        })
        return rows.length === 0 ? [] : [{ kind: 'rows', rows }]
      },
      calls: 'called once per batch',
    }
  },
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream of every element with what a model says of it. Elements are points as of `streamingKMeans`; their
     * label or key comes out where they have one.
     *
     * @param model a file of JSON, as the option `model` of the stages that learn writes it; it is read again when it changes.
     * @param options.labelled the first number of a line is its label.
     * @throws StageError where there is no such model, or an element does not fit it.
     */
    predict(model: string, options?: { readonly labelled?: boolean }): DStream<[unknown, number]>
  }
}
