import { Readable } from 'node:stream'
import type { ListObjectsV2CommandOutput } from '@aws-sdk/client-s3'
import { SourceError } from '../../plan/errors.ts'
import { Attempts, nameOf, RETRY, reasonIn } from '../clients/attempts.ts'
import { serviceName } from '../clients/aws-client.ts'
import { closeS3, type OpenedS3, openS3 } from '../clients/s3-client.ts'
import type { FileName, FileStore } from '../reading/file-store.ts'
import { globTest, isGlob } from '../reading/glob.ts'
import { isPacked, unpacked } from '../reading/unpacked.ts'
import type { PullContext } from '../record.ts'

/** Which objects are meant. */
export interface BucketOptions {
  readonly bucket: string
  /** The directory, or a pattern of directories, without its last slash. */
  readonly prefix: string
  readonly region: string
  readonly endpoint?: string
}

/** An object, as a list of them tells. */
interface StoredObject {
  readonly modified: number
  readonly size: number
}

/** How often reading is taken up again where no byte came in between. */
const RESUMPTIONS = 5

/**
 * The objects of a bucket as files: what stands before the last slash of a key is their directory. An object is there
 * when it is whole, and its time is the server's, in whole seconds.
 */
export class Bucket implements FileStore {
  readonly #options: BucketOptions
  readonly #context: PullContext
  readonly #attempts: Attempts
  readonly #name: string
  readonly #keep: (directory: string) => boolean
  #objects = new Map<string, StoredObject>()
  #opened: Promise<OpenedS3> | undefined

  constructor(options: BucketOptions, context: PullContext) {
    this.#options = options
    this.#context = context
    this.#name = serviceName('s3', options.endpoint, options.region)
    const { signal, report } = context
    this.#attempts = new Attempts({ ...RETRY, name: this.#name, signal, report })
    this.#keep = directoryTest(options.prefix)
  }

  atStart(): Promise<readonly FileName[]> {
    return this.list()
  }

  async list(): Promise<readonly FileName[]> {
    const { bucket, prefix } = this.#options
    const literal = literalPart(prefix)
    const found = new Map<string, StoredObject>()
    const files: FileName[] = []
    let page: ListObjectsV2CommandOutput | undefined
    do {
      const token = page?.NextContinuationToken
      page = await this.#ask(({ sdk, client }, abortSignal) =>
        client.send(
          new sdk.ListObjectsV2Command({
            Bucket: bucket,
            Prefix: literal,
            // Without a pattern, what lies deeper is not even listed.
            ...(isGlob(prefix) ? {} : { Delimiter: '/' }),
            ...(token === undefined ? {} : { ContinuationToken: token }),
          }),
          { abortSignal },
        ),
      )
      for (const { Key: key = '', LastModified: time, Size: size = 0 } of page.Contents ?? []) {
        const slash = key.lastIndexOf('/')
        const name = key.slice(slash + 1)
        if (name === '' || !this.#keep(key.slice(0, Math.max(0, slash)))) continue
        const path = `s3://${bucket}/${key}`
        found.set(path, { modified: time?.getTime() ?? 0, size })
        files.push({ path, name })
      }
    } while (page.IsTruncated === true)
    this.#objects = found
    return files
  }

  async modified(path: string): Promise<number | undefined> {
    return this.#objects.get(path)?.modified
  }

  async size(path: string): Promise<number> {
    const known = this.#objects.get(path)
    if (known !== undefined) return known.size
    const { ContentLength = 0 } = await this.#ask(({ sdk, client }) =>
      client.send(new sdk.HeadObjectCommand(this.#place(path))),
    )
    return ContentLength
  }

  async *chunks(path: string): AsyncGenerator<Uint8Array, void> {
    if (isPacked(path)) yield* unpacked(path, Readable.from(this.#bytes(path), { objectMode: false }))
    else yield* this.#bytes(path)
  }

  close(): void {
    closeS3(this.#opened)
  }

  /**
   * The bytes of an object; a connection that breaks is taken up where it broke, as long as the object is the same. A
   * context that stops waits for them: its last batch would else hold half of the object.
   */
  async *#bytes(path: string): AsyncGenerator<Uint8Array, void> {
    let at = 0
    let tag: string | undefined
    for (let resumed = 0; ; resumed++) {
      const range = at === 0 ? {} : { Range: `bytes=${at}-`, IfMatch: tag }
      const { Body, ETag } = await this.#ask(({ sdk, client }) =>
        client.send(new sdk.GetObjectCommand({ ...this.#place(path), ...range })),
      )
      tag = ETag
      try {
        for await (const chunk of Body as Readable) {
          at += (chunk as Uint8Array).length
          resumed = 0
          yield chunk as Uint8Array
        }
        return
      } catch (error) {
        if (resumed >= RESUMPTIONS) throw new SourceError(`${path}: ${reasonIn(error)} after ${at} bytes`)
        this.#context.report(`${path}: ${reasonIn(error)} after ${at} bytes; going on from there`)
      }
    }
  }

  #place(path: string): { Bucket: string; Key: string } {
    const { bucket } = this.#options
    return { Bucket: bucket, Key: path.slice(`s3://${bucket}/`.length) }
  }

  async #ask<T>(call: (opened: OpenedS3, signal: AbortSignal) => Promise<T>): Promise<T> {
    const { bucket } = this.#options
    this.#opened ??= openS3(missing, this.#options)
    const opened = await this.#opened
    try {
      return await this.#attempts.run((signal) => call(opened, signal))
    } catch (error) {
      const name = nameOf(error)
      if (name === 'NoSuchBucket' || name === 'PermanentRedirect')
        throw new SourceError(
          `${this.#name}: there is no bucket ${bucket}`,
          'Create it, or see --region and --endpoint.',
        )
      if (name === 'NoSuchKey' || name === 'NotFound')
        throw Object.assign(new Error(`${bucket} has no such object`), { code: 'ENOENT' })
      if (name === 'PreconditionFailed')
        throw new SourceError(`${this.#name}: an object of ${bucket} was replaced while it was read`)
      throw error instanceof SourceError
        ? error
        : new SourceError(`${this.#name}: ${name}: ${reasonIn(error)}`)
    }
  }
}

function missing(): SourceError {
  return new SourceError(
    'files: s3:// needs the packages @aws-sdk/client-s3 and @smithy/node-http-handler',
    'Install them: npm install @aws-sdk/client-s3 @smithy/node-http-handler',
  )
}

/** Return what all keys begin with that a pattern can mean. */
function literalPart(prefix: string): string {
  const parts = prefix.split('/')
  const first = parts.findIndex((part) => isGlob(part))
  const literal = (first === -1 ? parts : parts.slice(0, first)).filter((part) => part !== '').join('/')
  return literal === '' ? '' : `${literal}/`
}

/** Return whether a directory is meant, level by level. */
function directoryTest(prefix: string): (directory: string) => boolean {
  const tests = prefix
    .split('/')
    .filter((part) => part !== '')
    .map((part) => (isGlob(part) ? globTest(part) : (name: string) => name === part))
  return (directory) => {
    const parts = directory === '' ? [] : directory.split('/')
    return parts.length === tests.length && tests.every((test, index) => test(parts[index] as string))
  }
}
