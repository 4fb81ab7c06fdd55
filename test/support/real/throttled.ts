import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A gate in front of a server of Kinesis. */
export interface Gate {
  readonly url: string
  /** Calls for records that were refused. */
  readonly refused: () => number
  close(): void
}

/**
 * Stand in front of `url` and let pass so many calls for records in each second, as Amazon does for each shard: the server of
 * the tests refuses none by itself.
 */
export async function throttled(url: string, perSecond: number): Promise<Gate> {
  let refused = 0
  let second = 0
  let passed = 0
  const server = createServer((incoming, outgoing) => {
    const now = Math.floor(Date.now() / 1000)
    if (now !== second) passed = 0
    second = now
    const isCounted = incoming.headers['x-amz-target'] === 'Kinesis_20131202.GetRecords'
    if (isCounted && ++passed > perSecond) {
      refused += 1
      incoming.resume()
      outgoing.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' })
      outgoing.end(
        JSON.stringify({ __type: 'ProvisionedThroughputExceededException', message: 'Rate exceeded' }),
      )
      return
    }
    const { method, url: path, headers } = incoming
    const onward = request(new URL(path ?? '/', url), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(outgoing)
    })
    onward.on('error', () => outgoing.destroy())
    incoming.pipe(onward)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    refused: () => refused,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
