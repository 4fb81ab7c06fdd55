/** What the compiler must and must not accept of a context; `tsc -p tsconfig.json` is the test. Never called. */
import {
  type DStream,
  Receiver,
  Seconds,
  SparkConf,
  StatsReportListener,
  StreamingContext,
  type StreamingListener,
} from '../src/index.ts'

class Lines extends Receiver<string> {
  onStart(): void {
    void this.store('a')
    void this.store('a', 'b')
    void this.store(['a', 'b'].values())
    this.restart('again', new Error('gone'), 5)
    // @ts-expect-error a number is no element
    void this.store(1)
    // @ts-expect-error a list is one element; several are store(...list)
    void this.store(['a', 'b'])
    // @ts-expect-error nothing is no element
    void this.store()
    // @ts-expect-error a message is a text
    this.restart(5)
  }
  onStop(): void {}
}

// @ts-expect-error onStop is missing
class Half extends Receiver<string> {
  onStart(): void {}
}

/** C1, C4, C6 to C20. */
export function contexts(ssc: StreamingContext): void {
  new StreamingContext(new SparkConf().setAppName('a'), Seconds(1))
  new StreamingContext('local[2]', 'a', Seconds(1))
  new StreamingContext({ master: 'local', appName: 'a' }, Seconds(1))
  new StreamingContext({ batchDuration: 1, conf: { 'spark.streaming.blockInterval': '5ms' } })
  // @ts-expect-error the batch duration is mandatory
  new StreamingContext({ master: 'local' })
  // @ts-expect-error here too
  new StreamingContext(new SparkConf())
  // @ts-expect-error a misspelt option
  new StreamingContext({ batchDuration: 1, batchs: 5 })
  // @ts-expect-error a duration is a number
  new StreamingContext('local', 'a', '1s')

  const active: StreamingContext | undefined = StreamingContext.getActive()
  const made: StreamingContext = StreamingContext.getActiveOrCreate(() => ssc)
  // @ts-expect-error it makes a context
  StreamingContext.getActiveOrCreate(() => 5)
  // @ts-expect-error milliseconds
  ssc.remember('10m')

  const lines: DStream<string> = ssc.receiverStream(new Lines())
  // @ts-expect-error its elements are texts
  const numbers: DStream<number> = ssc.receiverStream(new Lines())
  // @ts-expect-error no receiver
  ssc.receiverStream({ onStart() {}, onStop() {} })

  const bytes: DStream<number> = ssc.socketStream('h', 1, async function* (chunks) {
    for await (const chunk of chunks) yield chunk.length
  })
  // @ts-expect-error a converter takes bytes
  ssc.socketStream('h', 1, (text: string) => [text])
  // @ts-expect-error and returns an iterable
  ssc.socketStream('h', 1, () => 5)
  const raw: DStream<string> = ssc.rawSocketStream('h', 1)
  // @ts-expect-error a port is a number
  ssc.rawSocketStream('h', '1')

  ssc.fileStream('d', { filter: (path) => path.endsWith('.log'), newFilesOnly: false })
  // @ts-expect-error a filter says yes or no
  ssc.fileStream('d', { filter: (path) => path.length })
  const records: DStream<Uint8Array> = ssc.binaryRecordsStream('d', 4)
  // @ts-expect-error the length is missing
  ssc.binaryRecordsStream('d')
  // @ts-expect-error the default has elements of another type
  ssc.queueStream<number>([[1]], true, ['a'])

  const listener: StreamingListener = {
    onBatchCompleted: ({ batchInfo }) => void batchInfo.totalDelay?.toFixed(),
    onOutputOperationCompleted: ({ outputOperationInfo }) => void outputOperationInfo.failureReason?.length,
    // @ts-expect-error a receiver has no total delay
    onReceiverStarted: ({ receiverInfo }) => receiverInfo.totalDelay,
  }
  ssc.addStreamingListener(listener)
  ssc.addStreamingListener(new StatsReportListener(5, ({ totalDelay }) => totalDelay.percentiles))
  // @ts-expect-error no such event
  ssc.addStreamingListener({ onBatchDone: () => {} })
  void [active, made, lines, numbers, bytes, raw, records, Half]
}
