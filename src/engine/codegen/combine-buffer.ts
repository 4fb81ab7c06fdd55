import { eachElement } from '../batch/lines.ts'
import type { Partition } from '../batch/partition.ts'
import { type KeyKind, TokenTable } from '../kernels/token-table.ts'
import type { Aggregation, Emit } from '../operators/record.ts'
import { adder } from '../shuffle/aggregation.ts'
import { KeyedTable } from '../shuffle/keyed-table.ts'

/** Bytes of a batch that are counted in JavaScript first: compiling a kernel must not cost whoever types into a pipe. */
const SMALL = 1 << 16

/** The half of an aggregation before the shuffle: the table of the batch that is being received. */
export class CombineBuffer {
  /** The way in for single elements. */
  readonly emit: Emit
  readonly #aggregation: Aggregation
  readonly #tokens: TokenTable | undefined
  readonly #tokenEmit: Emit | undefined
  #table: KeyedTable
  #bytes = 0

  /** @param kernel how a kernel cuts the text that is pushed, and `emit` what does the same to one line. */
  constructor(
    aggregation: Aggregation,
    lines: boolean,
    kernel?: { kind: KeyKind; cut: (emit: Emit) => Emit },
  ) {
    this.#aggregation = aggregation
    this.#table = new KeyedTable(aggregation.aggregator)
    this.emit = adder(aggregation, lines, () => this.#table)
    this.#tokens = kernel === undefined ? undefined : new TokenTable(kernel.kind)
    this.#tokenEmit = kernel?.cut(this.emit)
  }

  /** The way in for partitions of the text that the kernel cuts. */
  push(partition: Partition): void {
    const emit = this.#tokenEmit ?? this.emit
    if (partition.kind !== 'text' || this.#tokens === undefined) {
      eachElement(partition, emit)
      return
    }
    this.#bytes += partition.bytes.length
    if (this.#bytes <= SMALL) eachElement(partition, emit)
    else this.#tokens.add(partition.bytes)
  }

  /** Return the table of the batch, and begin the next. */
  take(): KeyedTable {
    const table = this.#table
    this.#table = new KeyedTable(this.#aggregation.aggregator)
    this.#bytes = 0
    this.#tokens?.drain((token, count) => table.merge(token, count))
    return table
  }
}
