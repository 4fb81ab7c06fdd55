/** The rows of Spark Streaming's surface, by the ids that tests bear, each in our words. */
export interface Row {
  readonly id: string
  readonly what: string
  /** How it is written here; absent where it is not there yet. */
  readonly form?: string
  /** What brings it, or why it will not be there. */
  readonly later?: string
}

/** A group of rows. */
export interface Group {
  readonly title: string
  readonly rows: readonly Row[]
}

const RECOVERY = 'comes with checkpoints'
const CONNECTORS = 'comes with the connectors'
const PAGE = 'comes with the streaming page'
const NOT_YET = 'not reached yet'
const LEARNING = 'comes with learning and graphs'

function row(id: string, what: string, form?: string, later?: string): Row {
  return { id, what, ...(form && { form }), ...(later && { later }) }
}

/** All rows, in the order of the page. */
export const GROUPS: readonly Group[] = [
  {
    title: 'StreamingContext',
    rows: [
      row('C1', 'made of a master, a name and an interval', '`--interval`, `new StreamingContext`'),
      row('C2', 'made of a checkpoint', undefined, RECOVERY),
      row('C3', 'made of a checkpoint, or anew', undefined, RECOVERY),
      row('C4', 'the active context of a process', undefined, NOT_YET),
      row('C5', 'where checkpoints go', undefined, RECOVERY),
      row('C6', 'how long batches are kept', '`remember`'),
      row('C7', 'receivers of your own', undefined, NOT_YET),
      row('C8', 'lines of a TCP connection', '`socket`, `socketTextStream`'),
      row('C9', 'a connection with a decoder of your own', undefined, NOT_YET),
      row('C10', 'blocks of a connection, as they are', undefined, NOT_YET),
      row('C11', 'new text files of a directory', '`files`, `textFileStream`'),
      row('C12', 'new files that a test lets through', '`files`, `fileStream`'),
      row('C13', 'records of a fixed length', undefined, NOT_YET),
      row('C14', 'a queue of batches', '`queueStream`'),
      row('C15', 'several streams as one', '`union`, `transform-with`'),
      row('C16', 'listeners', '`addStreamingListener`'),
      row('C17', 'the start, and what it checks', '`start`'),
      row('C18', 'waiting for the end', '`awaitTermination`, `--timeout`'),
      row('C19', 'the end, at once or after all that came', '`stop`, Ctrl-C'),
      row('C20', 'the state of a context', '`getState`'),
      row('C21', 'handles of the host', '`sparkContext`'),
    ],
  },
  {
    title: 'Streams',
    rows: [
      row('D1', 'element by element', '`map`, `flatmap`, `filter`'),
      row('D2', 'partition by partition', '`map-partitions`, `glom`'),
      row('D3', 'another number of partitions', '`repartition`'),
      row('D4', 'two streams as one', '`union`'),
      row('D5', 'how many elements', '`count`'),
      row('D6', 'one element of many', '`reduce`'),
      row('D7', 'how often each element', '`count-by-value`'),
      row('D8', 'a function of whole batches', '`transform`, `transform-with`'),
      row('D9', 'the last batches as one', '`window`'),
      row('D10', 'a window reduced to one', '`reduce-by-window`'),
      row('D11', 'how many elements in a window', '`count-by-window`'),
      row('D12', 'how often each element in a window', '`count-by-value-and-window`'),
      row('D13', 'batches of the past', '`slice`'),
      row('D14', 'batches kept, and state saved', '`cache`, `persist`, `checkpoint`'),
      row('D15', 'the first elements, shown', '`print`'),
      row('D16', 'a directory of files for each batch', '`save-as-text-files`, `save-as-object-files`'),
      row('D17', 'anything done with a batch', '`foreachRDD`, `for-each`'),
      row('D18', 'what only Python has', '`partition-by`, `map-partitions-with-index`'),
    ],
  },
  {
    title: 'Streams of pairs',
    rows: [
      row('P1', 'the values of a key in a batch', '`group-by-key`, `reduce-by-key`, `combine-by-key`'),
      row('P2', 'values alone', '`map-values`, `flat-map-values`'),
      row('P3', 'the values of a key in a window', '`group-by-key-and-window`'),
      row('P4', 'the same reduced', '`reduce-by-key-and-window`'),
      row('P5', 'the same with an inverse', '`reduce-by-key-and-window --inverse`'),
      row(
        'P6',
        'two streams by key',
        '`join`, `left-outer-join`, `right-outer-join`, `full-outer-join`, `cogroup`',
      ),
      row('P7', 'a state of each key, updated at every batch', '`update-state-by-key`'),
      row('P8', 'a state of each key, updated by each value', '`map-with-state`'),
      row('P9', 'what that may be told', '`StateSpec`, `--timeout`, `--initial`'),
      row('P10', 'all states after each batch', '`state-snapshots`'),
      row('P11', "Hadoop's files", '`saveAsHadoopFiles`'),
    ],
  },
  {
    title: 'Printed batches, configuration, listeners',
    rows: [
      row('A5', 'a batch as Spark prints it', '`print --format spark`'),
      row('A6', 'keys of the configuration', '`--conf`'),
      row('A9', 'what listeners are told', '`StreamingListener`'),
    ],
  },
  {
    title: 'Sources',
    rows: [
      row('S1', 'standard input', '`stdin`'),
      ...['S2', 'S3'].map((id) => row(id, 'Kafka', undefined, CONNECTORS)),
      ...['S4', 'S5'].map((id) => row(id, 'Flume', undefined, CONNECTORS)),
      row('S6', 'Kinesis', undefined, CONNECTORS),
      row('S7', 'MQTT, ZeroMQ, Twitter, Akka', undefined, 'left Spark long ago'),
      row('S8', 'receivers that can and that cannot ask again', undefined, RECOVERY),
      row('S9', 'how blocks are formed', 'as they come'),
    ],
  },
  {
    title: 'Recovery',
    rows: Array.from({ length: 10 }, (_, index) =>
      row(`F${index + 1}`, 'what survives', undefined, RECOVERY),
    ),
  },
  {
    title: 'The streaming page',
    rows: Array.from({ length: 8 }, (_, index) => row(`U${index + 1}`, 'what is shown', undefined, PAGE)),
  },
  {
    title: 'Learning and graphs',
    rows: [
      ...Array.from({ length: 6 }, (_, index) => row(`M${index + 1}`, 'models', undefined, LEARNING)),
      ...Array.from({ length: 9 }, (_, index) => row(`G${index + 1}`, 'graphs', undefined, LEARNING)),
    ],
  },
  {
    title: "Spark's example programs",
    rows: [
      row('A12-1', 'NetworkWordCount', '`examples/network-word-count.ts`'),
      row('A12-2', 'StatefulNetworkWordCount', '`examples/stateful-network-word-count.ts`'),
      row('A12-3', 'RecoverableNetworkWordCount', undefined, RECOVERY),
      row('A12-4', 'SqlNetworkWordCount', '`examples/sql-network-word-count.ts`'),
      row('A12-5', 'DirectKafkaWordCount', undefined, CONNECTORS),
      row('A12-6', 'the same with Kerberos', undefined, CONNECTORS),
      row('A12-7', 'QueueStream', '`examples/queue-stream.ts`'),
      row('A12-8', 'RawNetworkGrep', undefined, NOT_YET),
      row('A12-9', 'HdfsWordCount', undefined, NOT_YET),
      row('A12-10', 'CustomReceiver', undefined, NOT_YET),
      row('A12-11', 'PageViewStream', undefined, NOT_YET),
      row('A12-12', 'KinesisWordCount', undefined, CONNECTORS),
      row('A12-13', 'network_wordjoinsentiments', undefined, NOT_YET),
      row('A12-14', 'the Python programs', 'as above'),
      row('A12-15', 'FlumeEventCount', undefined, CONNECTORS),
      row('A12-16', 'TwitterPopularTags', undefined, NOT_YET),
      row('A12-17', 'approximate top and distinct', '`approx-top`, `approx-distinct`'),
      row('A12-18', 'learning', undefined, LEARNING),
    ],
  },
]
