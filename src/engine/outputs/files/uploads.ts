import { createReadStream, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { S3Client } from '@aws-sdk/client-s3'
import { SourceError, UsageError } from '../../plan/errors.ts'
import type { Call } from '../../plan/record.ts'
import { Attempts, nameOf, RETRY, reasonIn } from '../../sources/clients/attempts.ts'
import { endpointOf, regionOf, serviceName } from '../../sources/clients/aws-client.ts'
import { closeS3, type OpenedS3, openS3, type S3Sdk } from '../../sources/clients/s3-client.ts'
import type { OutputPort } from '../record.ts'
import { type BatchDirectory, isOwn, SUCCESS } from './batch-directory.ts'

/** A checksum behind a stream is what other servers do not understand. */
const SETTINGS = { requestChecksumCalculation: 'WHEN_REQUIRED' } as const

/** What is asked of a bucket. */
type Ask = (client: S3Client, sdk: S3Sdk, abortSignal: AbortSignal) => Promise<unknown>

/**
 * Batches as objects of a bucket: `KEY-TIME/part-00000` and so on. They are gathered in a directory of this machine; an
 * object is there when it is whole, and a batch when its `_SUCCESS` is, which comes last.
 */
export class Uploads {
  readonly #bucket: string
  readonly #region: string
  readonly #endpoint: string | undefined
  readonly #stop = new AbortController()
  readonly #attempts: Attempts
  readonly #name: string
  #gathered: string | undefined
  #opened: Promise<OpenedS3> | undefined

  private constructor(call: Call, bucket: string, port: OutputPort) {
    const endpoint = endpointOf(call, 'save-as-text-files', 'endpoint') ?? process.env.AWS_ENDPOINT_URL_S3
    this.#bucket = bucket
    this.#endpoint = endpoint
    this.#region = regionOf(call, 'save-as-text-files', endpoint)
    this.#name = serviceName('s3', endpoint, this.#region)
    const report = (message: string): void => port.report(message)
    this.#attempts = new Attempts({ ...RETRY, name: this.#name, signal: this.#stop.signal, report })
  }

  /** Return the uploads of a prefix `s3://BUCKET/KEY`; undefined where it is a path. Throws UsageError. */
  static of(call: Call, prefix: string, port: OutputPort): Uploads | undefined {
    const [, bucket] = /^s3a?:\/\/([^/]*)/.exec(prefix) ?? []
    if (bucket === undefined) {
      for (const flag of ['endpoint', 'region'])
        if (call.value(flag) !== undefined)
          throw new UsageError(`save-as-text-files: --${flag} is for s3://BUCKET/PREFIX`)
      return undefined
    }
    if (bucket === '')
      throw new UsageError(`save-as-text-files: ${prefix} names no bucket`, 'such as s3://my-bucket/counts')
    return new Uploads(call, bucket, port)
  }

  /** Return where the batch at `time` is gathered. */
  directory(time: number): string {
    this.#gathered ??= mkdtempSync(join(tmpdir(), 'dstream-s3-'))
    return join(this.#gathered, String(time))
  }

  /** Send a batch to where `path` is, in the place of what an earlier run sent of it. */
  async commit(path: string, directory: BatchDirectory): Promise<void> {
    const local = directory.complete()
    const key = path.replace(/^s3a?:\/\/[^/]*\//, '')
    const there = await this.#list(`${key}/`)
    const foreign = there.find((name) => !isOwn(name))
    if (foreign !== undefined)
      throw new Error(`it is there already, and holds ${foreign}, which is no file of a batch`)
    const names = readdirSync(local).toSorted()
    // While parts are replaced the batch is not whole; parts that it no longer has would be read with it.
    const old = there.filter((name) => name === SUCCESS || !names.includes(name))
    for (const name of old.toSorted((one) => (one === SUCCESS ? -1 : 1))) await this.#remove(`${key}/${name}`)
    for (const name of names.filter((part) => part !== SUCCESS))
      await this.#put(join(local, name), `${key}/${name}`)
    await this.#put(join(local, SUCCESS), `${key}/${SUCCESS}`)
    directory.abandon()
  }

  /** Leave nothing on this machine. */
  close(): void {
    this.#stop.abort()
    closeS3(this.#opened)
    if (this.#gathered !== undefined) rmSync(this.#gathered, { recursive: true, force: true })
  }

  async #list(prefix: string): Promise<string[]> {
    const names: string[] = []
    let token: string | undefined
    do {
      const page = (await this.#ask((client, sdk, abortSignal) => {
        const from = token === undefined ? {} : { ContinuationToken: token }
        const command = new sdk.ListObjectsV2Command({ Bucket: this.#bucket, Prefix: prefix, ...from })
        return client.send(command, { abortSignal })
      })) as import('@aws-sdk/client-s3').ListObjectsV2CommandOutput
      for (const { Key = '' } of page.Contents ?? []) names.push(Key.slice(prefix.length))
      token = page.NextContinuationToken
    } while (token !== undefined)
    return names.filter((name) => name !== '')
  }

  async #put(file: string, key: string): Promise<void> {
    await this.#ask((client, sdk, abortSignal) => {
      const size = statSync(file).size
      // A new one for each attempt: a stream is read once.
      const body = size === 0 ? '' : createReadStream(file)
      const command = new sdk.PutObjectCommand({
        Bucket: this.#bucket,
        Key: key,
        Body: body,
        ContentLength: size,
      })
      return client.send(command, { abortSignal })
    })
  }

  async #remove(key: string): Promise<void> {
    await this.#ask((client, sdk, abortSignal) =>
      client.send(new sdk.DeleteObjectCommand({ Bucket: this.#bucket, Key: key }), { abortSignal }),
    )
  }

  async #ask(call: Ask): Promise<unknown> {
    const place = { region: this.#region, endpoint: this.#endpoint }
    this.#opened ??= openS3(missing, place, SETTINGS)
    const { sdk, client } = await this.#opened
    try {
      return await this.#attempts.run((signal) => call(client, sdk, signal))
    } catch (error) {
      if (error instanceof SourceError) throw new Error(saidBy(error))
      const name = nameOf(error)
      if (name === 'NoSuchBucket' || name === 'PermanentRedirect')
        throw new Error(
          `${this.#name}: there is no bucket ${this.#bucket}; create it, or see --region and --endpoint`,
        )
      throw new Error(`${this.#name}: ${name}: ${reasonIn(error)}`)
    }
  }
}

function missing(): Error {
  return new Error(
    's3:// needs the packages @aws-sdk/client-s3 and @smithy/node-http-handler: npm install @aws-sdk/client-s3 @smithy/node-http-handler',
  )
}

function saidBy({ message, hint }: SourceError): string {
  return hint === undefined ? message : `${message}. ${hint}`
}
