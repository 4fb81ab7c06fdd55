import type { KeyKind } from '../kernels/token-table.ts'
import type { Aggregation, Emit, Narrow } from '../operators/record.ts'

/** What a kernel does in place of operators: how it cuts text into keys, and what does the same to one line. */
export interface LoweredKeys {
  readonly kind: KeyKind
  readonly cut: (emit: Emit) => Emit
}

/**
 * Return how a kernel counts what `chain` makes of lines of text, or undefined where it cannot: the aggregation must
 * count elements (a sum or a count over pairs (token, 1), or elements as keys), the chain cut lines into tokens at most.
 */
export function lowerAggregation(
  chain: readonly Narrow[],
  aggregation: Aggregation,
): LoweredKeys | undefined {
  if (aggregation.aggregator.countsOnes !== true || aggregation.key === 'none') return undefined
  const [step, ...others] = chain
  // A whole line may hold a tab, and then is a pair with a value of its own: only as an element is it its own key.
  if (step === undefined)
    return aggregation.key === 'element' ? { kind: { by: 'line' }, cut: (emit) => emit } : undefined
  if (others.length > 0 || step.tokens === undefined) return undefined
  return { kind: step.tokens, cut: step.each }
}
