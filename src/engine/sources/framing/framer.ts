import type { Partition } from '../../batch/partition.ts'
import type { FlagRecord } from '../../plan/record.ts'
import { ByteOrderMarkFramer } from './byte-order-mark.ts'
import { JsonFramer } from './json.ts'
import { LengthFramer } from './length.ts'
import { LinesFramer } from './lines.ts'
import { NulFramer } from './nul.ts'

/** How bytes become records; `--framing`. */
export type FramingKind = 'lines' | 'nul' | 'json-seq' | 'concat' | 'length'

/** Every framing, in the order of the help. */
export const FRAMING_KINDS: readonly FramingKind[] = ['lines', 'nul', 'json-seq', 'concat', 'length']

/** The `--framing` flag of each source that reads bytes. */
export const FRAMING_FLAG: FlagRecord = {
  name: 'framing',
  type: 'string',
  summary: 'what ends a record: a line end, a NUL, RFC 7464, a JSON value, or a 4-byte length before it',
  default: 'lines',
  options: FRAMING_KINDS,
}

/** Takes a partition, whose bytes hold until the framer's next push, and no longer than the chunk they may be part of. */
export type Emit = (partition: Partition) => void

/** Cuts one input's bytes, in chunks cut anywhere, into records; the result does not depend on the cuts. */
export interface Framer {
  /** Take a chunk, calling `emit` with what it completes; throws SourceError when the input breaks the framing. */
  push(bytes: Uint8Array, emit: Emit): void
  /** The input has ended: emit the last record, or throw SourceError when it is cut in the middle. */
  end(emit: Emit): void
  /** Records so far that are no UTF-8; they are passed on, and a decoder shows U+FFFD for their wrong bytes. */
  readonly malformed: number
  /** Records so far left out because the format tells a reader to: truncated texts of `json-seq`. */
  readonly dropped: number
}

/** A framer whose place in its input, in bytes, can be set before the first push. */
export interface PositionedFramer extends Framer {
  position: number
}

/** What a framer must know of its input. */
export interface FramerOptions {
  /** Bytes of the longest record, its terminator not counted. */
  readonly maxLine: number
  /** Stands in errors: `stdin`, a path, an address. */
  readonly name: string
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
  }
}
