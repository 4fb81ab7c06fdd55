import type { BinarySample, StreamingTestResult } from '../../operators/streaming-test.ts'
import { UsageError } from '../../plan/errors.ts'
import type { DStream } from '../dstream.ts'

/** Tests at every batch whether two groups have different means (Spark: `StreamingTest`). */
export class StreamingTest {
  #peacePeriod = 0
  #window = 0
  #method: 'welch' | 'student' = 'welch'

  /** Set how many batches at the beginning do not count. */
  setPeacePeriod(peacePeriod: number): this {
    this.#peacePeriod = peacePeriod
    return this
  }

  /** Set how many batches count, the last ones; 0 for all, as at first. */
  setWindowSize(windowSize: number): this {
    this.#window = windowSize
    return this
  }

  /** Set which t-test: `welch` at first, or `student`. */
  setTestMethod(method: 'welch' | 'student'): this {
    if (method !== 'welch' && method !== 'student')
      throw new UsageError(`Currently supported tests: welch, student; got ${String(method)}`)
    this.#method = method
    return this
  }

  /** Return a new DStream of what the test finds at each batch with two numbers of each group so far. */
  registerStream(data: DStream<BinarySample>): DStream<StreamingTestResult> {
    return data.streamingTest({ method: this.#method, peacePeriod: this.#peacePeriod, window: this.#window })
  }
}
