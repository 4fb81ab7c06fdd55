import { UsageError } from '../../plan/errors.ts'
import type { Call } from '../../plan/record.ts'
import { redact } from '../../plan/redact.ts'

/** Milliseconds in which a connection stands, and in which a call says something. */
const TIMEOUTS = { connectionTimeout: 3000, socketTimeout: 30_000 } as const

/** Said by the SDK on an older Node; the line of it that is used runs there. */
const WARNING_OFF = 'AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'

/** Settings that the clients of all services are made with. */
export interface ClientSettings {
  readonly region: string
  readonly endpoint?: string
  readonly maxAttempts: 1
  readonly requestHandler: import('@smithy/node-http-handler').NodeHttpHandler
}

/**
 * Make a client by `make`. Its transport is HTTP/1.1, for servers other than Amazon's speak nothing else; it tries nothing
 * again by itself.
 */
export async function makeClient<C>(
  { region }: { readonly region: string },
  endpoint: string | undefined,
  make: (settings: ClientSettings) => C,
): Promise<C> {
  const { NodeHttpHandler } = await import('@smithy/node-http-handler')
  const before = process.env[WARNING_OFF]
  process.env[WARNING_OFF] = 'true'
  try {
    return make({
      region,
      ...(endpoint === undefined ? {} : { endpoint }),
      maxAttempts: 1,
      requestHandler: new NodeHttpHandler(TIMEOUTS),
    })
  } finally {
    if (before === undefined) delete process.env[WARNING_OFF]
    else process.env[WARNING_OFF] = before
  }
}

/** Return what a service is called in messages. */
export function serviceName(service: string, endpoint: string | undefined, region: string): string {
  return `${service} at ${endpoint === undefined ? region : redact(endpoint)}`
}

/** Where a local server is; it takes any region. */
const LOCAL_REGION = 'us-east-1'

/** Return the address that a flag of a stage gives; undefined where it is absent. Throws UsageError. */
export function endpointOf(call: Call, stage: string, flag: string): string | undefined {
  const text = call.value(flag) as string | undefined
  if (text === undefined) return undefined
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text
  throw new UsageError(
    `${stage}: --${flag} expects a URL and got ${redact(text)}`,
    'such as http://localhost:4567',
  )
}

/** A region is said, or part of the address, or of the environment; a local server needs none. Throws UsageError. */
export function regionOf(call: Call, stage: string, endpoint: string | undefined): string {
  const said = call.value('region') as string | undefined
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env
  const inAddress = /^https?:\/\/(?:kinesis|s3)\.([a-z\d-]+)\.amazonaws\./.exec(endpoint ?? '')?.[1]
  const region = said ?? inAddress ?? AWS_REGION ?? AWS_DEFAULT_REGION
  if (region !== undefined && region !== '') return region
  if (endpoint !== undefined) return LOCAL_REGION
  throw new UsageError(`${stage} needs a region`, 'Say --region eu-central-1, or set AWS_REGION.')
}
