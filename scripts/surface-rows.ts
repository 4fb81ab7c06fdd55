/** A row of the surface of Spark Streaming: one thing that a user of Spark can say or rely on. */
export interface Row {
  /** What names of tests carry; a key of the configuration is `A6` and its name behind a space. */
  readonly id: string
  readonly group: string
  /** What it is called in Spark, or what it promises, in a few words. */
  readonly name: string
  /** How dstream says it: in the library and on the command line. */
  readonly form: string
  /** Operators whose examples prove it: `test/operators.test.ts` runs them, and names them with this id. */
  readonly operators?: readonly string[]
  /** What it comes with, where that is still to come. */
  readonly later?: 'outputs' | 'learning' | 'cluster' | 'page'
  /** Why it is not there, where it will not be. */
  readonly reason?: string
}

type Cells = readonly [
  id: string,
  name: string,
  form: string,
  more?: Omit<Row, 'id' | 'group' | 'name' | 'form'>,
]

function group(title: string, rows: readonly Cells[]): Row[] {
  return rows.map(([id, name, form, more]) => ({ id, group: title, name, form, ...more }))
}

const outputs = { later: 'outputs' } as const
const learning = { later: 'learning' } as const
const cluster = { later: 'cluster' } as const
const page = { later: 'page' } as const
const operators = (...names: string[]): Pick<Row, 'operators'> => ({ operators: names })
const reason = (text: string): Pick<Row, 'reason'> => ({ reason: text })

/** Every row, in order. */
export const ROWS: readonly Row[] = [
  ...group('StreamingContext', [
    [
      'C1',
      'a context with its batch duration',
      '`new StreamingContext(…)`; `--interval 1s --master local[2]`',
    ],
    [
      'C2',
      'a context out of a checkpoint alone',
      '`dstream resume DIR`; a program makes its functions anew: `StreamingContext.getOrCreate`',
    ],
    ['C3', '`getOrCreate`', '`StreamingContext.getOrCreate`; `--checkpoint DIR`'],
    ['C4', '`getActive`, `getActiveOrCreate`', '`StreamingContext.getActive`'],
    ['C5', '`checkpoint(dir)`', '`ssc.checkpoint(dir)`; `--checkpoint DIR`'],
    ['C6', '`remember`', '`ssc.remember(duration)`'],
    ['C7', '`receiverStream`', '`ssc.receiverStream(receiver)`'],
    ['C8', '`socketTextStream`', '`ssc.socketTextStream(host, port)`; `socket HOST PORT`'],
    ['C9', '`socketStream`', '`ssc.socketStream(host, port, converter)`; `socket … --decode`'],
    ['C10', '`rawSocketStream`', '`ssc.rawSocketStream(host, port)`; `socket … --raw`'],
    ['C11', '`textFileStream`', '`ssc.textFileStream(dir)`; `files DIR`'],
    ['C12', '`fileStream`', '`ssc.fileStream(dir, …)`; `files DIR --match GLOB --existing`'],
    ['C13', '`binaryRecordsStream`', '`ssc.binaryRecordsStream(dir, length)`; `files DIR --record-bytes N`'],
    ['C14', '`queueStream`', '`ssc.queueStream(queue, oneAtATime, default)`'],
    [
      'C15',
      '`union` and `transform` of a context',
      '`ssc.union(streams)`, `ssc.transform(…)`; `union`, `transform`',
      operators('union'),
    ],
    ['C16', '`addStreamingListener`, `removeStreamingListener`', 'the same'],
    ['C17', '`start` and what it checks', '`ssc.start()`; every command line'],
    ['C18', '`awaitTermination`, `awaitTerminationOrTimeout`', 'the same; `--timeout 30s`'],
    ['C19', '`stop`, at once or gracefully', '`ssc.stop(…)`; SIGINT once, twice'],
    ['C20', '`getState`', '`ssc.getState()`'],
    [
      'C21',
      '`sparkContext`, `jarOfClass`',
      '`ssc.sparkContext`',
      reason('a JVM has these handles; Node has no jars'),
    ],
  ]),
  ...group('DStream', [
    ['D1', '`map`, `flatMap`, `filter`', '`map`, `flatmap`, `filter`', operators('map', 'flatmap', 'filter')],
    ['D2', '`mapPartitions`, `glom`', '`map-partitions`, `glom`', operators('map-partitions', 'glom')],
    ['D3', '`repartition`', '`repartition N`', operators('repartition')],
    ['D4', '`union`', '`union [ … ]`', operators('union')],
    ['D5', '`count`', '`count`', operators('count')],
    ['D6', '`reduce`', '`reduce FUNCTION`', operators('reduce')],
    ['D7', '`countByValue`', '`count-by-value`', operators('count-by-value')],
    [
      'D8',
      '`transform`, `transformWith`',
      '`transform`, `transform-with`',
      operators('transform', 'transform-with'),
    ],
    ['D9', '`window`', '`window LENGTH [SLIDE]`', operators('window')],
    ['D10', '`reduceByWindow`', '`reduce-by-window`', operators('reduce-by-window')],
    ['D11', '`countByWindow`', '`count-by-window`', operators('count-by-window')],
    ['D12', '`countByValueAndWindow`', '`count-by-value-and-window`', operators('count-by-value-and-window')],
    ['D13', '`slice`', '`stream.slice(from, to)`; `slice`', operators('slice')],
    [
      'D14',
      '`cache`, `persist`, `checkpoint`',
      '`cache`, `persist`, `checkpoint`',
      operators('cache', 'persist', 'checkpoint'),
    ],
    ['D15', '`print`', '`print [N]`, `print --format spark`'],
    ['D16', '`saveAsTextFiles`, `saveAsObjectFiles`', '`save-as-text-files`, `save-as-object-files`'],
    ['D17', '`foreachRDD`', '`stream.foreachRDD(…)`; `for-each`'],
    [
      'D18',
      '`pprint`, `partitionBy`, `mapPartitionsWithIndex` of Python',
      'the same names',
      operators('partition-by', 'map-partitions-with-index'),
    ],
  ]),
  ...group('Pairs', [
    [
      'P1',
      '`groupByKey`, `reduceByKey`, `combineByKey`',
      '`group-by-key`, `reduce-by-key`, `combine-by-key`',
      operators('group-by-key', 'reduce-by-key', 'combine-by-key'),
    ],
    [
      'P2',
      '`mapValues`, `flatMapValues`',
      '`map-values`, `flat-map-values`',
      operators('map-values', 'flat-map-values'),
    ],
    ['P3', '`groupByKeyAndWindow`', '`group-by-key-and-window`', operators('group-by-key-and-window')],
    ['P4', '`reduceByKeyAndWindow`', '`reduce-by-key-and-window`', operators('reduce-by-key-and-window')],
    ['P5', '`reduceByKeyAndWindow` with an inverse function', '`reduce-by-key-and-window … --inverse`'],
    [
      'P6',
      '`join`, the outer joins, `cogroup`',
      '`join [ … ]`, `left-outer-join`, `right-outer-join`, `full-outer-join`, `cogroup`',
      operators('join', 'left-outer-join', 'right-outer-join', 'full-outer-join', 'cogroup'),
    ],
    ['P7', '`updateStateByKey`', '`update-state-by-key`', operators('update-state-by-key')],
    ['P8', '`mapWithState`', '`map-with-state`', operators('map-with-state')],
    ['P9', '`StateSpec`, `State`, timeouts', '`StateSpec`; `map-with-state --timeout --initial FILE`'],
    ['P10', '`stateSnapshots`', '`state-snapshots`', operators('state-snapshots')],
    ['P11', '`saveAsHadoopFiles`, `saveAsNewAPIHadoopFiles`', '`saveAsHadoopFiles`', outputs],
  ]),
  ...group('Sources', [
    ['S1', 'standard input', '`stdin`'],
    ['S2', 'Kafka, direct', '`kafka`'],
    [
      'S3',
      'Kafka, by a receiver',
      '`kafka`',
      reason(
        'Spark removed it in 3.0, and its ZooKeeper is gone; the direct way (S2) gives more, with or without a group',
      ),
    ],
    ['S4', 'Flume pushes', '`FlumeUtils.createStream(ssc, host, port)`; `flume PORT`'],
    [
      'S5',
      'Flume is polled',
      '`FlumeUtils.createPollingStream(ssc, host, port)`; `flume-polling HOST:PORT…`',
    ],
    ['S6', 'Kinesis', '`kinesis`; `KinesisInputDStream.builder`'],
    ['S7', 'MQTT, ZeroMQ and others of older releases', '`mqtt`; a `receiver` of one’s own for others'],
    ['S8', 'receivers of one’s own, reliable or not', '`Receiver`'],
    ['S9', 'blocks are cut by time', '`spark.streaming.blockInterval`'],
  ]),
  ...group('Printed output', [
    ['A5', 'the block that `print` writes, byte for byte', '`print --format spark`'],
  ]),
  ...group('Configuration, by keys behind `spark.streaming.`', [
    ['A6', 'all keys', '`--conf KEY=VALUE`'],
    ['A6 backpressure.enabled', 'rate control of receivers', '`--conf`'],
    ['A6 backpressure.initialRate', 'rate of the first batch', '`--conf`'],
    ['A6 backpressure.rateEstimator', 'name of the estimator', '`--conf`'],
    ['A6 backpressure.pid', 'four gains of the estimator', '`--conf`'],
    ['A6 blockInterval', 'time of a block', '`--conf`'],
    ['A6 receiver.maxRate', 'elements a second', '`--max-rate`'],
    ['A6 receiver.writeAheadLog', 'log of what is received, five keys', '`--checkpoint DIR`'],
    ['A6 driver.writeAheadLog', 'log of the driver, six keys', '`--checkpoint DIR`'],
    ['A6 unpersist', 'old batches are dropped', '`--conf`'],
    ['A6 stopGracefullyOnShutdown', 'what a signal does', 'SIGINT, SIGTERM'],
    ['A6 gracefulStopTimeout', 'limit of a graceful stop', '`--conf`'],
    [
      'A6 stopSparkContextByDefault',
      'whether `stop` stops the host',
      '',
      reason('there is no second context to stop'),
    ],
    ['A6 ui.retainedBatches', 'batches that the page remembers', '`--ui`', page],
    ['A6 concurrentJobs', 'outputs at the same time', '`--conf`'],
    [
      'A6 sessionByKey.deltaChainThreshold',
      'inside of Spark’s table of states',
      '',
      reason('the table of states is another one'),
    ],
    [
      'A6 manualClock.jump',
      'clock of Spark’s own tests',
      '`ManualClock`; `dstream test`',
      reason('it moves a clock after a recovery; `ManualClock` and `dstream test` move theirs themselves'),
    ],
    ['A6 extraListeners', 'listeners by name', '`--conf`'],
    ['A6 checkpoint.directory', 'where checkpoints are', '`--checkpoint DIR`'],
    ['A6 fileStream.minRememberDuration', 'how far back files are taken', '`--conf`'],
    ['A6 receiverRestartDelay', 'time before a receiver starts again', '`socket --retry`'],
    ['A6 dynamicAllocation', 'executors by load, six keys', '', cluster],
    ['A6 kafka', 'rates, cache and polls of Kafka, nine keys', '`--conf`'],
    ['A6 kinesis.retry', 'attempts of Kinesis, two keys', '`kinesis`'],
  ]),
  ...group('Fault tolerance', [
    ['F1', 'metadata and data are in the checkpoint', '`--checkpoint DIR`'],
    ['F2', 'how often data is checkpointed', '`--checkpoint DIR`'],
    ['F3', 'files are read exactly once', '`files DIR --checkpoint`'],
    ['F4', 'a reliable receiver', '`await this.store(iterator)`'],
    ['F5', 'a log of what is received loses nothing', '`--checkpoint DIR`'],
    ['F6', 'Kafka is received exactly once', '`kafka --checkpoint DIR`'],
    ['F7', 'the same input gives the same bytes', '`--checkpoint DIR`'],
    ['F8', 'an output that repeats a batch has one effect', '`save-as-text-files`', outputs],
    ['F9', 'a graceful stop processes what was received', 'SIGINT, SIGTERM; `ssc.stop(true, true)`'],
    ['F10', 'limits that Spark admits', 'a changed pipeline keeps its states'],
  ]),
  ...group('The page and its figures', [
    ['U1', 'streaming page', '`--ui`', page],
    ['U2', 'a row per receiver', '`--ui`', page],
    ['U3', 'active batches', '`--ui`', page],
    ['U4', 'completed batches', '`--ui`', page],
    ['U5', 'page of a batch', '`--ui`', page],
    ['U6', 'REST', '`--ui`', page],
    ['U7', 'gauges', '`--ui`', page],
    ['U8', 'sinks of metrics', '`--ui`', page],
  ]),
  ...group('Listeners', [
    ['A9', 'events of a context, with what a batch says of itself', '`StreamingListener`'],
  ]),
  ...group('Learning', [
    ['M1', 'k-means', 'StreamingKMeans', operators('streaming-kmeans')],
    ['M2', 'linear regression', 'StreamingLinearRegressionWithSGD', operators('streaming-linear-regression')],
    [
      'M3',
      'logistic regression',
      'StreamingLogisticRegressionWithSGD',
      operators('streaming-logistic-regression'),
    ],
    ['M4', 'significance tests', 'StreamingTest', operators('streaming-test')],
    ['M5', '`trainOn`, `predictOn`, `predictOnValues`, `latestModel`', 'the same; `--model FILE`'],
    ['M6', 'models that were trained elsewhere', '`predict MODEL`, `map`', operators('predict')],
  ]),
  ...group('Graphs', [
    ['G1', 'PageRank', '`page-rank`', operators('page-rank')],
    ['G2', 'personalized PageRank', '`page-rank --personalised ID`'],
    ['G3', 'connected components', '`connected-components`', operators('connected-components')],
    [
      'G4',
      'strongly connected components',
      '`strongly-connected-components`',
      operators('strongly-connected-components'),
    ],
    ['G5', 'triangles', '`triangle-count`', operators('triangle-count')],
    ['G6', 'label propagation', '`label-propagation`', operators('label-propagation')],
    ['G7', 'shortest paths', '`shortest-paths LANDMARKS`', operators('shortest-paths')],
    ['G8', 'SVD++', '', learning],
    ['G9', 'Pregel and the operators of graphs', '', learning],
  ]),
  ...group('Example programs', [
    ['A12-1', 'NetworkWordCount', '`examples/`'],
    ['A12-2', 'StatefulNetworkWordCount', '`examples/`'],
    ['A12-3', 'RecoverableNetworkWordCount', '`examples/`'],
    ['A12-4', 'SqlNetworkWordCount', '`examples/`'],
    ['A12-5', 'DirectKafkaWordCount', '`examples/`'],
    [
      'A12-6',
      'DirectKerberizedKafkaWordCount',
      '',
      reason(
        'the client library leaves GSSAPI to a callback, which would need a native Kerberos library and a realm; by TLS with SCRAM the same program runs: A12-5, `test/real/kafka-security.test.ts`',
      ),
    ],
    ['A12-7', 'QueueStream', '`examples/`'],
    ['A12-8', 'RawNetworkGrep', '`examples/`'],
    ['A12-9', 'HdfsWordCount', '`examples/`'],
    ['A12-10', 'CustomReceiver', '`examples/`'],
    ['A12-11', 'PageViewGenerator, PageViewStream', '`examples/`'],
    ['A12-12', 'KinesisWordCountASL, KinesisWordProducerASL', '`examples/`'],
    ['A12-13', 'network_wordjoinsentiments', '`examples/`'],
    [
      'A12-14',
      'the programs in Python',
      '',
      reason('they do what A12-2, A12-3, A12-4, A12-7 and A12-9 do; `pprint` of D18 is theirs'),
    ],
    ['A12-15', 'FlumeEventCount, FlumePollingEventCount', '`examples/`'],
    [
      'A12-16',
      'TwitterPopularTags, TwitterHashTagJoinSentiments',
      '',
      reason(
        'Twitter’s stream is closed; the windows of the one are in A12-11, the join of the other in A12-13',
      ),
    ],
    [
      'A12-17',
      'TwitterAlgebirdCMS, TwitterAlgebirdHLL and others',
      '',
      reason('Twitter’s stream is closed; what they compute are functions: `dstream functions`'),
    ],
    ['A12-18', 'programs of streaming learning', '`examples/`'],
  ]),
]

/** Return the name of a test of an operator's examples, with the ids of the rows that they prove. */
export function operatorTestName(operator: string): string {
  const ids = ROWS.filter((row) => row.operators?.includes(operator)).map(({ id }) => id)
  return ids.length === 0 ? operator : `${operator} (${ids.join(', ')})`
}
