import { AdaptiveWindow, type ChangeDetector, PageHinkley } from '../learning/change-detectors.ts'
import { seriesStage } from '../learning/series-stage.ts'
import { countOf, recordOf } from '../state/saved.ts'
import { defineOperator, type OperatorCall } from './record.ts'

/** What is known of a series. */
interface Watched {
  readonly detector: ChangeDetector
  /** How many numbers came. */
  count: number
}

/** `detect-change`. */
export const detectChange = defineOperator({
  name: 'detect-change',
  summary: 'Tell when the numbers of a series are others than before.',
  description:
    'An element is a number, or a key and a number: then each key is a series of its own. At a change comes `at`, which number ' +
    'of the series it was noticed at (from 1), the `value`, and `before`, the mean up to there. `adwin` keeps a window and ' +
    'looks whether the means of two parts of it differ, and needs no threshold; `page-hinkley` adds up differences ' +
    'from the mean, and so must be told in the measure of the numbers what counts.',
  kind: 'stateful',
  arguments: [],
  flags: [
    {
      name: 'method',
      type: 'string',
      options: ['adwin', 'page-hinkley'],
      default: 'adwin',
      summary: 'how a change is found',
    },
    {
      name: 'delta',
      type: 'number',
      summary:
        'adwin: how probable a change may be told where there is none (0.002 where absent); page-hinkley: what difference does not count (0.005)',
    },
    {
      name: 'threshold',
      type: 'number',
      default: 50,
      summary: 'page-hinkley: the sum of differences that is a change',
    },
    { name: 'least', type: 'integer', default: 30, summary: 'page-hinkley: numbers before the first test' },
    {
      name: 'forget',
      type: 'number',
      default: 0.9999,
      summary: 'page-hinkley: what is left of the sum at each number',
    },
  ],
  examples: [
    {
      chain: 'detect-change --method page-hinkley --threshold 5 --least 3 map field:at',
      in: [
        ['1', '1', '1', '1', '9', '9'],
        ['9', '9'],
      ],
      out: [[5], []],
    },
  ],
  apply: (call) => {
    const make = detectorOf(call)
    return seriesStage<Watched>(call, {
      begin: () => ({ detector: make(), count: 0 }),
      take: (state, value) => {
        const before = state.detector.mean
        state.count += 1
        return state.detector.take(value) ? { at: state.count, value, before } : undefined
      },
      save: ({ detector, count }) => ({ detector: detector.save(), count }),
      restore: (saved) => {
        const record = recordOf(saved, 'detector', 'count')
        const detector = make()
        detector.restore(record.detector)
        return { detector, count: countOf(record.count) }
      },
    })
  },
})

function detectorOf(call: OperatorCall): () => ChangeDetector {
  const given = call.value('delta') as number | undefined
  if (call.string('method') === 'adwin') {
    const delta = given ?? 0.002
    if (!(delta > 0 && delta < 1))
      throw call.refuse(`detect-change: --delta expects a number between 0 and 1, and got ${delta}`)
    return () => new AdaptiveWindow(delta)
  }
  const options = {
    least: call.number('least'),
    delta: given ?? 0.005,
    threshold: call.number('threshold'),
    forget: call.number('forget'),
  }
  if (!(options.threshold > 0))
    throw call.refuse(`detect-change: --threshold expects a number above 0, and got ${options.threshold}`)
  if (!(options.forget > 0 && options.forget <= 1))
    throw call.refuse(`detect-change: --forget expects a number above 0, up to 1, and got ${options.forget}`)
  return () => new PageHinkley(options)
}

/** What `detectChange` gives at a change. */
export interface Change {
  /** Which number of its series it was noticed at, from 1. */
  readonly at: number
  readonly value: number
  /** The mean up to there. */
  readonly before: number
}

/** Options of `detectChange`, as its flags have them. */
export interface ChangeOptions {
  readonly method?: 'adwin' | 'page-hinkley'
  readonly delta?: number
  readonly threshold?: number
  readonly least?: number
  readonly forget?: number
}

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream of the moments at which the numbers are others than before. In a checkpoint, what is known of the
     * series is kept.
     *
     * @param options.method `adwin` (the default; Bifet and Gavaldà, 2007) or `page-hinkley`.
     * @param options.delta adwin: how probable a change may be told where there is none, 0.002 where absent; page-hinkley: what
     *   difference does not count, 0.005 where absent.
     * @param options.threshold page-hinkley: the sum of differences that is a change; 50 where absent.
     * @param options.least page-hinkley: numbers before the first test; 30 where absent.
     * @param options.forget page-hinkley: what is left of the sum at each number; 0.9999 where absent.
     * @throws StageError for what is no finite number.
     */
    detectChange(this: DStream<number> | DStream<string>, options?: ChangeOptions): DStream<Change>
    detectChange<K>(this: DStream<readonly [K, number]>, options?: ChangeOptions): DStream<[K, Change]>
  }
}
