import { listed } from '../operators/transform.ts'
import { UsageError } from '../plan/errors.ts'
import { findRecord } from '../registry.ts'
import { DStream } from './dstream.ts'
import type { RDD } from './rdd.ts'
import type { Receiver } from './receiver.ts'
import type { Time } from './types.ts'

/** The batches of streams: of each `DStream<T>` an `RDD<T>`, at its place. */
type BatchesOf<S extends readonly DStream<unknown>[]> = {
  -readonly [I in keyof S]: S[I] extends DStream<infer T> ? RDD<T> : never
}

/** The methods of a context that make streams, each by a source of its own. */
export abstract class InputStreams {
  /** Create a stream from any source of the command line by its name. */
  abstract source<T = string>(
    name: string,
    args?: readonly unknown[],
    flags?: Readonly<Record<string, unknown>>,
  ): DStream<T>

  /**
   * Create a stream of lines of UTF-8 from a TCP server; `\n`, `\r\n` and a lone `\r` end a line. When the server is not
   * there or closes the connection, it connects again after `spark.streaming.receiverRestartDelay`, 2 s.
   */
  socketTextStream(hostname: string, port: number): DStream<string> {
    return this.source('socket', [hostname, port])
  }

  /**
   * Create a stream of what `converter` makes of the bytes of a TCP server; called once for each connection.
   *
   * @param converter is given the chunks as they come, cut anywhere, and returns the elements, such as an async
   * generator; an error it throws ends the context.
   */
  socketStream<T>(
    hostname: string,
    port: number,
    converter: (bytes: AsyncIterable<Uint8Array>) => AsyncIterable<T> | Iterable<T>,
  ): DStream<T> {
    return this.source('socket', [hostname, port], { decode: converter })
  }

  /**
   * Create a stream of lines from a TCP server that sends blocks: a length, 4 bytes with the highest first, then as many
   * bytes of whole lines. (Spark's blocks hold objects as its serialiser wrote them.)
   */
  rawSocketStream(hostname: string, port: number): DStream<string> {
    return this.source('socket', [hostname, port], { raw: true })
  }

  /** Create a stream of what a receiver of the program stores. */
  receiverStream<T>(receiver: Receiver<T>): DStream<T> {
    return this.source('receiver-stream', [receiver])
  }

  /** Create a stream of the lines of new files in a directory, or in all that match a pattern such as `logs/*`. */
  textFileStream(directory: string): DStream<string> {
    return this.source('files', [directory])
  }

  /**
   * Create a stream of the lines of files in a directory.
   *
   * @param options.filter true for the path of a file to be read; names that begin with `.` are left out where absent.
   * @param options.newFilesOnly where false, also files that are there at the start, if they were modified within
   * `spark.streaming.fileStream.minRememberDuration`, 60 s.
   */
  fileStream(
    directory: string,
    options: { readonly filter?: (path: string) => boolean; readonly newFilesOnly?: boolean } = {},
  ): DStream<string> {
    return this.source('file-stream', [directory], options)
  }

  /**
   * Create a stream of the records of new files in a directory, each of `recordLength` bytes. A file whose size is no
   * multiple of that ends the context with an error.
   */
  binaryRecordsStream(directory: string, recordLength: number): DStream<Uint8Array> {
    return this.source('files', [directory], { recordBytes: recordLength })
  }

  /**
   * Create a stream from a queue of batches that the program fills.
   *
   * @param oneAtATime one entry of the queue per batch, or all that are there.
   * @param defaultRDD the batch where the queue is empty.
   */
  queueStream<T>(
    queue: (readonly T[] | RDD<T>)[],
    oneAtATime = true,
    defaultRDD?: readonly T[] | RDD<T>,
  ): DStream<T> {
    const flags = {
      'one-at-a-time': oneAtATime,
      ...(defaultRDD === undefined ? {} : { default: defaultRDD }),
    }
    return this.source('queue', [queue], flags)
  }

  /** Return a stream whose batches hold the elements of all `streams`. */
  union<T>(streams: readonly DStream<T>[]): DStream<T> {
    const [first, ...others] = streams
    if (first === undefined) throw new UsageError('union expects at least one stream')
    return others.reduce<DStream<T>>((left, right) => left.union(right), first)
  }
  /**
   * Return a stream of what `transformFunc` makes of the batches of `streams`
   * (Spark: `StreamingContext.transform`, `TransformedDStream`).
   *
   * @param streams one or more of this context, of equal slides; a stream may stand there twice.
   * @param transformFunc takes the list of the batches, in the order of `streams`, and their time in milliseconds, and
   * returns an RDD at once; see `DStream.transform`.
   * @throws UsageError where there is no stream, or one of another context; unequal slides are found at the start.
   */
  transform<const S extends readonly DStream<unknown>[], U>(
    streams: S,
    transformFunc: (rdds: BatchesOf<S>, time: Time) => RDD<U>,
  ): DStream<U> {
    const [first] = streams
    if (first === undefined) throw new UsageError('transform expects at least one stream')
    const place = streams.findIndex((stream) => stream.context !== (this as unknown))
    if (place >= 0) throw new UsageError(`transform: stream ${place + 1} belongs to another context`)
    if (typeof transformFunc !== 'function')
      throw new UsageError('transform expects a function that gives an RDD')
    const { context } = first
    const nodes = streams.map(({ node }) => node)
    return new DStream(
      context,
      context.append(findRecord('operator', 'transform'), nodes, [listed(transformFunc)]),
    )
  }
}
