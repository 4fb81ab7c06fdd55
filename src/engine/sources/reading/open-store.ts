import { UsageError } from '../../plan/errors.ts'
import { endpointOf, regionOf } from '../clients/aws-client.ts'
import type { PullContext, SourceCall } from '../record.ts'
import { Bucket } from '../s3/bucket.ts'
import { type FileStore, LocalFiles } from './file-store.ts'

/** Return where the `dir` of a stage is: on this machine, or in a bucket. Throws UsageError, and SourceError. */
export function fileStore(call: SourceCall, context: PullContext): FileStore {
  const dir = call.string('dir')
  const [, bucket, prefix = ''] = /^s3a?:\/\/([^/]*)\/?(.*)$/.exec(dir) ?? []
  if (bucket === undefined) {
    for (const flag of ['endpoint', 'region'])
      if (call.value(flag) !== undefined) throw new UsageError(`files: --${flag} is for s3://BUCKET/PREFIX`)
    return new LocalFiles(dir, context)
  }
  if (bucket === '') throw new UsageError(`files: ${dir} names no bucket`, 'such as s3://my-bucket/logs')
  const endpoint = endpointOf(call, 'files', 'endpoint') ?? process.env.AWS_ENDPOINT_URL_S3
  return new Bucket(
    {
      bucket,
      prefix,
      region: regionOf(call, 'files', endpoint),
      ...(endpoint === undefined ? {} : { endpoint }),
    },
    context,
  )
}
