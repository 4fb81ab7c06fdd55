import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3'
import { makeClient } from './aws-client.ts'

/** The library of S3, loaded when it is used. */
export type S3Sdk = typeof import('@aws-sdk/client-s3')

/** The library, and a client of one server. */
export interface OpenedS3 {
  readonly sdk: S3Sdk
  readonly client: S3Client
}

/**
 * Open a client of S3, at Amazon's server of a region or at `endpoint`.
 *
 * @param missing returns what is thrown where the packages are missing.
 */
export async function openS3(
  missing: () => Error,
  place: { readonly region: string; readonly endpoint?: string | undefined },
  settings: S3ClientConfig = {},
): Promise<OpenedS3> {
  const sdk = await import('@aws-sdk/client-s3').catch(() => {
    throw missing()
  })
  const { endpoint } = place
  // A local server has no name for each bucket.
  const forcePathStyle = endpoint !== undefined
  const client = await makeClient(
    place,
    endpoint,
    (common) => new sdk.S3Client({ ...common, forcePathStyle, ...settings }),
  )
  return { sdk, client }
}

/** Let go of a client that may still be on its way. */
export function closeS3(opened: Promise<OpenedS3> | undefined): void {
  opened?.then(
    ({ client }) => client.destroy(),
    () => {},
  )
}
