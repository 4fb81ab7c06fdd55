import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { freePort } from './free-port.ts'
import { pythonEnvironment } from './python.ts'
import { ServerProcess } from './server-process.ts'

const run = promisify(execFile)

const SERVERS = fileURLToPath(new URL('../../real/.servers/s3/', import.meta.url))

/** Credentials of the server; no test may ever show the second. */
export const KEYS = {
  AWS_ACCESS_KEY_ID: 'AKIAEXAMPLEEXAMPLE00',
  AWS_SECRET_ACCESS_KEY: 'hidden/Zq81xT0',
} as const

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'

/** A server of buckets of one test. */
export interface RealS3 {
  readonly url: string
  readonly port: number
  /** Which server it is. */
  readonly name: 'moto' | 'versitygw'
  /** A client of it, until it is removed. */
  readonly client: S3Client
  bucket(name: string): Promise<void>
  put(bucket: string, key: string, content: string | Uint8Array): Promise<void>
  start(): Promise<void>
  kill(): Promise<void>
  remove(): Promise<void>
}

const GATEWAY = 'github.com/versity/versitygw/cmd/versitygw@v1.8.0'

/** Milliseconds in which the gateway is compiled. */
const COMPILED = 420_000

/**
 * Start a server on a free port of loopback: moto of PyPI, which takes any password; with `DSTREAM_S3=versitygw` Versity's
 * gateway, which Go compiles in some minutes. Undefined where that cannot be. (s3rver of npm fails to list what was put.)
 */
export async function realS3(): Promise<RealS3 | undefined> {
  const gateway = process.env.DSTREAM_S3 === 'versitygw' ? await installedGateway() : undefined
  const moto = gateway === undefined ? await pythonEnvironment('moto', 'moto[server,s3]==5.2.5') : undefined
  if (gateway === undefined && moto === undefined) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'dstream-s3-'))
  const port = await freePort()
  const { AWS_ACCESS_KEY_ID: access, AWS_SECRET_ACCESS_KEY: secret } = KEYS
  const server =
    gateway === undefined
      ? new ServerProcess(join(moto ?? '', 'bin/moto_server'), ['-H', '127.0.0.1', '-p', String(port)], port)
      : new ServerProcess(
          gateway,
          ['--access', access, '--secret', secret, '--port', `127.0.0.1:${port}`, 'posix', folder],
          port,
        )
  await server.start()
  const url = `http://127.0.0.1:${port}`
  const client = new S3Client({
    region: 'us-east-1',
    endpoint: url,
    forcePathStyle: true,
    credentials: { accessKeyId: access, secretAccessKey: secret },
    requestHandler: new NodeHttpHandler(),
    requestChecksumCalculation: 'WHEN_REQUIRED',
  })
  return {
    url,
    port,
    name: gateway === undefined ? 'moto' : 'versitygw',
    client,
    bucket: async (name) => void (await client.send(new CreateBucketCommand({ Bucket: name }))),
    put: async (bucket, key, content) =>
      void (await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: content }))),
    start: () => server.start(),
    kill: () => server.kill(),
    remove: async () => {
      client.destroy()
      await server.kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function installedGateway(): Promise<string | undefined> {
  const gateway = join(SERVERS, 'bin/versitygw')
  if (existsSync(gateway)) return gateway
  mkdirSync(join(SERVERS, 'bin'), { recursive: true })
  const env = { ...process.env, GOBIN: join(SERVERS, 'bin'), GOFLAGS: '-mod=mod' }
  return run('go', ['install', GATEWAY], { env, timeout: COMPILED, maxBuffer: 1 << 26 }).then(
    () => gateway,
    () => undefined,
  )
}
