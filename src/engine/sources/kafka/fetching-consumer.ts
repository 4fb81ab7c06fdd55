import type { API, Callback, Consumer, ConsumerOptions, Reader } from '@platformatic/kafka'

type Library = typeof import('@platformatic/kafka')
type FetchResponse = ReturnType<Library['fetchV17']['parseResponse']>
type FetchedPartition = FetchResponse['responses'][number]['partitions'][number] & {
  /** The record batches as they came, in place of the library's `records`. */
  recordBytes?: Uint8Array
}

/** The request to fetch, in Kafka's protocol. */
const FETCH = 1

/** From here on a topic is known by its identifier, before by its name. */
const FIRST_WITH_IDENTIFIER = 13

/**
 * Return the library's consumer with another reader of what is fetched, which leaves record batches as bytes. The
 * library's makes an object of each message, which is most of the time of counting the words of a topic; connections,
 * versions, requests and errors stay the library's.
 */
export function fetchingConsumer(
  library: Library,
  options: ConsumerOptions<Buffer, Buffer, Buffer, Buffer>,
): Consumer {
  const consumer = new library.Consumer(options)
  const apiOf = consumer[library.kGetApi].bind(consumer)
  consumer[library.kGetApi] = <Request extends unknown[], Response>(
    name: string,
    callback: Callback<API<Request, Response>>,
  ): void =>
    apiOf<Request, Response>(name, (error, api) => {
      if (error !== null || name !== 'Fetch' || api === undefined) callback(error, api)
      else callback(null, fetchApi(library, api.version) as API<Request, Response>)
    })
  return consumer
}

/** Return what a partition's answer holds of record batches; empty where nothing came. */
export function recordBytesOf(partition: FetchedPartition | undefined): Uint8Array {
  return partition?.recordBytes ?? new Uint8Array()
}

function fetchApi(
  { createAPI, fetchV12, fetchV13, fetchV17, ResponseError }: Library,
  version: number,
): unknown {
  // Between the first and the last that the library knows, requests differ once: whether they name a replica.
  const request = version < FIRST_WITH_IDENTIFIER ? fetchV12 : version < 15 ? fetchV13 : fetchV17
  return createAPI(FETCH, version, request.createRequest, (_correlation, key, parsed, reader) => {
    const errors: Record<string, [number, null]> = {}
    const response = fetchResponse(reader, version, errors)
    if (Object.keys(errors).length > 0) throw new ResponseError(key, parsed, errors, response)
    return response
  })
}

/** Read an answer; `errors` gets those of its parts, by their places. */
function fetchResponse(
  reader: Reader,
  version: number,
  errors: Record<string, [number, null]>,
): FetchResponse {
  const throttleTimeMs = reader.readInt32()
  const errorCode = reader.readInt16()
  if (errorCode !== 0) errors[''] = [errorCode, null]
  return {
    throttleTimeMs,
    errorCode,
    sessionId: reader.readInt32(),
    responses: reader.readArray((topic, topicIndex) => ({
      topicId: version < FIRST_WITH_IDENTIFIER ? topic.readString() : topic.readUUID(),
      partitions: topic.readArray((part, index): FetchedPartition => {
        const partition: FetchedPartition = {
          partitionIndex: part.readInt32(),
          errorCode: part.readInt16(),
          highWatermark: part.readInt64(),
          lastStableOffset: part.readInt64(),
          logStartOffset: part.readInt64(),
          abortedTransactions: part.readArray((aborted) => ({
            producerId: aborted.readInt64(),
            firstOffset: aborted.readInt64(),
          })),
          preferredReadReplica: part.readInt32(),
        }
        if (partition.errorCode !== 0)
          errors[`/responses/${topicIndex}/partitions/${index}`] = [partition.errorCode, null]
        // Compact lengths are one too large, so that 0 can say that there is nothing.
        const length = part.readUnsignedVarInt() - 1
        if (length > 0) {
          partition.recordBytes = part.buffer.slice(part.position, part.position + length)
          part.skip(length)
        }
        return partition
      }),
    })),
  }
}
