import { elementsOf } from '../batch/lines.ts'
import { isPair } from '../batch/pair.ts'
import {
  merged,
  NO_SAMPLE,
  type Sample,
  sparkStudentTest,
  sparkWelchTest,
  studentTest,
  type TestResult,
  welchTest,
  withValue,
} from '../learning/t-test.ts'
import { takeEach } from '../plan/element-errors.ts'
import { countOf, keeping, listOf, numberOf, recordOf } from '../state/saved.ts'
import { defineOperator, type OperatorCall } from './record.ts'

const METHODS = {
  welch: { name: "Welch's 2-sample t-test", test: welchTest, ofSpark: sparkWelchTest },
  student: { name: "Student's 2-sample t-test", test: studentTest, ofSpark: sparkStudentTest },
} as const

/** What both groups are taken to be until the numbers say otherwise. */
const NULL_HYPOTHESIS = 'Both groups have same mean'

/** The control group, and the experiment. */
type Groups = readonly [control: Sample, experiment: Sample]

const NOBODY: Groups = [NO_SAMPLE, NO_SAMPLE]

/** `streaming-test`. Spark: `StreamingTest`. */
export const streamingTest = defineOperator({
  name: 'streaming-test',
  summary: 'Test whether an experiment and its control group have different means.',
  description:
    'A line is `true 3.2` for a number of the experiment and `false 2.9` for one of the control group, divided by white space or a ' +
    'comma; 1 and 0 will do. At every batch with two of each so far, how probable so large a difference is where ' +
    'there is none (pValue, two-sided) comes out with the statistic, positive where the experiment has the larger mean. ' +
    '`--stop-at 0.01` ends the run at the first pValue below that. Looking again and again finds a difference by chance ' +
    'more often than pValue says. Spark takes the variance of a whole population for that of a sample, squares it for ' +
    'the degrees of freedom of Welch’s test, and drops no batch of the peace period: --spark-compatible does so too.',
  kind: 'stateful',
  arguments: [],
  flags: [
    {
      name: 'method',
      type: 'string',
      options: ['welch', 'student'],
      default: 'welch',
      summary: 'which t-test',
    },
    {
      name: 'peace-period',
      type: 'integer',
      default: 0,
      summary: 'how many batches at the beginning do not count',
    },
    {
      name: 'window',
      type: 'integer',
      default: 0,
      summary: 'how many batches count, the last ones; 0 for all',
    },
    { name: 'stop-at', type: 'number', summary: 'end when pValue is below this' },
    { name: 'spark-compatible', type: 'boolean', summary: 'give what Spark gives' },
  ],
  examples: [
    {
      chain: 'streaming-test --method student map field:degreesOfFreedom',
      in: [
        ['true 3', 'true 5', 'false 1'],
        ['0,3', '1,4'],
      ],
      out: [[], [3]],
    },
  ],
  apply: (call) => {
    const { name: method, test, ofSpark } = METHODS[call.string('method') as keyof typeof METHODS]
    const isCompatible = call.boolean('spark-compatible')
    const [peace, length] = [countAt(call, 'peace-period'), countAt(call, 'window')]
    const stopAt = call.value('stop-at') as number | undefined
    if (stopAt !== undefined && !(stopAt > 0 && stopAt < 1))
      throw call.refuse(`streaming-test: --stop-at expects a number between 0 and 1, and got ${stopAt}`)
    let batches = 0
    /** The batches of the window, or all of them as one. */
    let window: Groups[] = []
    return {
      gather: ([batch = []]) => {
        const groups = groupsOf(call, batch.flatMap(elementsOf))
        batches += 1
        if (batches > peace || isCompatible) {
          window = length === 0 ? [both(window[0] ?? NOBODY, groups)] : [...window, groups].slice(-length)
        }
        const [control, experiment] = window.reduce(both, NOBODY)
        if (control.count < 2 || experiment.count < 2) return []
        const found: TestResult = (isCompatible ? ofSpark : test)(control, experiment)
        if (stopAt !== undefined && found.pValue < stopAt) call.finish()
        return [{ kind: 'rows', rows: [{ ...found, method, nullHypothesis: NULL_HYPOTHESIS }] }]
      },
      calls: 'called once per batch',
      keeps: keeping({
        of: 'streaming-test',
        version: 1,
        save: () => ({ batches, window }),
        restore: (saved) => {
          const record = recordOf(saved, 'batches', 'window')
          const kept = listOf(record.window).map(groupsFrom)
          batches = countOf(record.batches)
          window = kept
        },
      }),
    }
  },
})

function countAt(call: OperatorCall, flag: string): number {
  const count = call.number(flag)
  if (count < 0) throw call.refuse(`streaming-test: --${flag} expects 0 or more, and got ${count}`)
  return count
}

function both(one: Groups, other: Groups): Groups {
  return [merged(one[0], other[0]), merged(one[1], other[1])]
}

function groupsFrom(saved: unknown): Groups {
  const [control, experiment] = listOf(saved, 2).map((sample): Sample => {
    const { count, mean, squares } = recordOf(sample, 'count', 'mean', 'squares')
    return { count: countOf(count), mean: numberOf(mean), squares: numberOf(squares) }
  })
  return [control as Sample, experiment as Sample]
}

function groupsOf(call: OperatorCall, elements: readonly unknown[]): Groups {
  const groups: [Sample, Sample] = [NO_SAMPLE, NO_SAMPLE]
  takeEach(call, elements, (element) => {
    const [isExperiment, value] = sampleOf(element)
    const group = isExperiment ? 1 : 0
    groups[group] = withValue(groups[group], value)
  })
  return groups
}

/** Return whether a number is of the experiment, and the number. Throws a TypeError for anything else. */
function sampleOf(element: unknown): readonly [isExperiment: boolean, value: number] {
  const { isExperiment, value } = (element ?? {}) as {
    readonly isExperiment?: unknown
    readonly value?: unknown
  }
  const [group, number] =
    typeof element === 'string'
      ? element.trim().split(/\s*,\s*|\s+/)
      : isPair(element)
        ? element
        : [isExperiment, value]
  const said = String(group).toLowerCase()
  const found = typeof number === 'string' && number !== '' ? Number(number) : number
  if (!/^(true|false|0|1)$/.test(said) || typeof found !== 'number' || !Number.isFinite(found))
    throw new TypeError("expected true or false, and a finite number, such as 'true 3.2'")
  return [said === 'true' || said === '1', found]
}

/** A number of a test, and which group it is of (Spark: `BinarySample`). */
export interface BinarySample {
  readonly isExperiment: boolean
  readonly value: number
}

/** What `streamingTest` gives at a batch (Spark: `StreamingTestResult`). */
export interface StreamingTestResult extends TestResult {
  readonly method: string
  readonly nullHypothesis: string
}

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream of how probable so large a difference of the means of two groups is where there is none, at every
     * batch with two numbers of each so far (Spark: `StreamingTest.registerStream`).
     *
     * @param options.method `welch` (the default) or `student`.
     * @param options.peacePeriod how many batches at the beginning do not count; 0 where absent.
     * @param options.window how many batches count, the last ones; all where 0 or absent.
     * @param options.stopAt ends the context when pValue is below this.
     * @param options.sparkCompatible gives what Spark gives, with its variances and degrees of freedom.
     * @throws StageError for an element that is neither a BinarySample, a pair, nor a line.
     */
    streamingTest(
      this: DStream<BinarySample> | DStream<readonly [boolean | number, number]> | DStream<string>,
      options?: {
        readonly method?: 'welch' | 'student'
        readonly peacePeriod?: number
        readonly window?: number
        readonly stopAt?: number
        readonly sparkCompatible?: boolean
      },
    ): DStream<StreamingTestResult>
  }
}
