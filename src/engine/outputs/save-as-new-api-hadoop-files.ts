import { HADOOP_ARGUMENTS, hadoopWriter } from './files/hadoop.ts'
import { defineOutput } from './record.ts'

/** `DStream.saveAsNewAPIHadoopFiles` of a program. Not a command. Spark: `PairDStreamFunctions`, Hadoop's newer API. */
export const saveAsNewAPIHadoopFilesOutput = defineOutput({
  name: 'save-as-new-api-hadoop-files',
  method: 'saveAsNewAPIHadoopFiles',
  internal: true,
  summary: 'Write each batch of pairs as a directory of text files of the newer Hadoop API.',
  arguments: HADOOP_ARGUMENTS,
  flags: [],
  open: (call) => hadoopWriter(call, 'part-r-'),
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * As `saveAsHadoopFiles`, with the names of Hadoop's newer API: `part-r-00000` and so on (Spark:
     * `PairDStreamFunctions.saveAsNewAPIHadoopFiles`). This is an output operation.
     *
     * @throws StageError where a file cannot be written: it ends the context.
     */
    saveAsNewAPIHadoopFiles<K, V>(this: DStream<readonly [K, V]>, prefix: string, suffix: string): void
  }
}
