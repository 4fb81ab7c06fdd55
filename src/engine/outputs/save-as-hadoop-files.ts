import { HADOOP_ARGUMENTS, hadoopWriter } from './files/hadoop.ts'
import { defineOutput } from './record.ts'

/** `DStream.saveAsHadoopFiles` of a program. Not a command. Spark: `PairDStreamFunctions.saveAsHadoopFiles`. */
export const saveAsHadoopFilesOutput = defineOutput({
  name: 'save-as-hadoop-files',
  method: 'saveAsHadoopFiles',
  internal: true,
  summary: 'Write each batch of pairs as a directory of Hadoop text files.',
  arguments: HADOOP_ARGUMENTS,
  flags: [],
  open: (call) => hadoopWriter(call, 'part-'),
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Write every batch of pairs to a directory `prefix-TIME.suffix`, TIME in milliseconds, as Hadoop's
     * `TextOutputFormat` does: `key<TAB>value` lines in `part-00000` and so on, and `_SUCCESS` (Spark:
     * `PairDStreamFunctions.saveAsHadoopFiles`). A key or value that is null is left out. This is an output operation.
     *
     * @throws StageError where a file cannot be written: it ends the context.
     */
    saveAsHadoopFiles<K, V>(this: DStream<readonly [K, V]>, prefix: string, suffix: string): void
  }
}
