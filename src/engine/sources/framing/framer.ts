import type { FlagRecord } from '../../plan/record.ts'
import { BlocksFramer } from './blocks.ts'
import { ByteOrderMarkFramer } from './byte-order-mark.ts'
import type { Framer, FramerOptions, FramingKind } from './framing.ts'
import { JsonFramer } from './json.ts'
import { LengthFramer } from './length.ts'
import { LinesFramer } from './lines.ts'
import { NulFramer } from './nul.ts'

/** Every framing that can be asked for, in the order of the help. */
export const FRAMING_KINDS: readonly FramingKind[] = ['lines', 'nul', 'json-seq', 'concat', 'length']

/** The `--framing` flag of each source that reads bytes. */
export const FRAMING_FLAG: FlagRecord = {
  name: 'framing',
  type: 'string',
  summary: 'what ends a record: a line end, a NUL, RFC 7464, a JSON value, or a 4-byte length before it',
  default: 'lines',
  options: FRAMING_KINDS,
}

/**
 * Return the framer of one input. A UTF-8 byte order mark at the very start of the input is dropped,
 * except by `length`, whose first byte is binary.
 */
export function createFramer(kind: FramingKind, options: FramerOptions): Framer {
  switch (kind) {
    case 'lines':
      return new ByteOrderMarkFramer(new LinesFramer(options))
    case 'nul':
      return new ByteOrderMarkFramer(new NulFramer(options))
    case 'json-seq':
      return new ByteOrderMarkFramer(new JsonFramer(options, true))
    case 'concat':
      return new ByteOrderMarkFramer(new JsonFramer(options, false))
    case 'length':
      return new LengthFramer(options)
    case 'blocks':
      return new BlocksFramer(options)
  }
}
