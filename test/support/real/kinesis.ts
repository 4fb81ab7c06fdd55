import { execFile } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import {
  CreateStreamCommand,
  DescribeStreamCommand,
  KinesisClient,
  ListShardsCommand,
  PutRecordsCommand,
  type Shard,
} from '@aws-sdk/client-kinesis'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { freePort } from './free-port.ts'
import { ServerProcess } from './server-process.ts'

const run = promisify(execFile)

const HERE = fileURLToPath(new URL('../../real/kinesis/', import.meta.url))
const SERVERS = fileURLToPath(new URL('../../real/.servers/kinesis/', import.meta.url))

/** Credentials that local servers take; no test may ever show the second. */
export const KEYS = {
  AWS_ACCESS_KEY_ID: 'AKIAEXAMPLEEXAMPLE00',
  AWS_SECRET_ACCESS_KEY: 'hidden/Zq81xT0',
} as const

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'

/** A record to put. */
export interface Put {
  readonly data: string | Uint8Array
  readonly key?: string
}

/** One server of a test, which keeps its data on the disk. */
export interface RealServer {
  readonly url: string
  start(): Promise<void>
  kill(): Promise<void>
  remove(): Promise<void>
}

/** A server of Kinesis with a client. */
export interface RealKinesis extends RealServer {
  readonly client: KinesisClient
  /** Make a stream; resolves when it can be used. */
  create(name: string, shards: number): Promise<void>
  /** Resolves when a split or a merge is done. */
  active(name: string): Promise<void>
  shards(name: string): Promise<readonly Shard[]>
  /** Put records in their order, as often as the server throttles. */
  put(name: string, records: readonly Put[]): Promise<void>
}

/** Install the servers where they are not, from the versions that are written down; false where that cannot be. */
export async function installServers(): Promise<boolean> {
  const wanted = readFileSync(join(HERE, 'package.json'), 'utf8')
  const there = join(SERVERS, 'package.json')
  const isThere = existsSync(there) && existsSync(join(SERVERS, 'node_modules', 'kinesalite'))
  if (isThere && readFileSync(there, 'utf8') === wanted) return true
  mkdirSync(SERVERS, { recursive: true })
  copyFileSync(join(HERE, 'package.json'), there)
  return run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: SERVERS }).then(
    () => true,
    () => false,
  )
}

async function server(kind: 'kinesis' | 'dynamodb'): Promise<RealServer> {
  const folder = mkdtempSync(join(tmpdir(), `dstream-${kind}-`))
  const port = await freePort()
  const words = [join(HERE, 'server.cjs'), kind, SERVERS, String(port), join(folder, 'data')]
  const child = new ServerProcess(process.execPath, words, port)
  await child.start()
  return {
    url: `http://127.0.0.1:${port}`,
    start: () => child.start(),
    kill: () => child.kill(),
    remove: async () => {
      await child.kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Start a DynamoDB of one test on a free port of loopback. */
export async function realDynamodb(): Promise<RealServer & { readonly client: DynamoDBClient }> {
  const started = await server('dynamodb')
  return { ...started, client: new DynamoDBClient(settings(started.url)) }
}

/** Start a Kinesis of one test on a free port of loopback. */
export async function realKinesis(): Promise<RealKinesis> {
  const started = await server('kinesis')
  const client = new KinesisClient(settings(started.url))
  const active = async (name: string): Promise<void> => {
    for (;;) {
      const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamName: name }))
      if (StreamDescription?.StreamStatus === 'ACTIVE') return
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  return {
    ...started,
    client,
    active,
    create: async (name, shards) => {
      await client.send(new CreateStreamCommand({ StreamName: name, ShardCount: shards }))
      await active(name)
    },
    shards: async (name) => (await client.send(new ListShardsCommand({ StreamName: name }))).Shards ?? [],
    put: async (name, records) => {
      for (let at = 0; at < records.length; at += 500) {
        let left = records.slice(at, at + 500)
        while (left.length > 0) {
          const request = new PutRecordsCommand({
            StreamName: name,
            Records: left.map(({ data, key = 'k' }) => ({ Data: Buffer.from(data), PartitionKey: key })),
          })
          const { Records = [] } = await client.send(request)
          left = left.filter((_, index) => Records[index]?.ErrorCode !== undefined)
        }
      }
    },
  }
}

function settings(endpoint: string): object {
  const credentials = { accessKeyId: KEYS.AWS_ACCESS_KEY_ID, secretAccessKey: KEYS.AWS_SECRET_ACCESS_KEY }
  return { endpoint, region: 'us-east-1', credentials, requestHandler: new NodeHttpHandler() }
}
