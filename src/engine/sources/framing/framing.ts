import type { Partition } from '../../batch/partition.ts'

/** How bytes become records; `--framing`, and `blocks` of lines, which `socket --raw` reads. */
export type FramingKind = 'lines' | 'nul' | 'json-seq' | 'concat' | 'length' | 'blocks'

/** Takes a partition, whose bytes hold until the framer's next push, and no longer than the chunk they may be part of. */
export type Emit = (partition: Partition) => void

/** Cuts one input's bytes, in chunks cut anywhere, into records; the result does not depend on the cuts. */
export interface Framer {
  /** Take a chunk, calling `emit` with what it completes; throws SourceError when the input breaks the framing. */
  push(bytes: Uint8Array, emit: Emit): void
  /** The input has ended: emit the last record, or throw SourceError when it is cut in the middle. */
  end(emit: Emit): void
  /** Bytes at the end of what was pushed that no record has had: whoever reads on there loses and repeats nothing. */
  readonly pending: number
  /** Records so far that are no UTF-8; they are passed on, and a decoder shows U+FFFD for their wrong bytes. */
  readonly malformed: number
  /** Records so far left out because the format tells a reader to: truncated texts of `json-seq`. */
  readonly dropped: number
  /** Bytes of memory that the record whose end has not come takes; what is skipped takes none. */
  readonly held: number
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
