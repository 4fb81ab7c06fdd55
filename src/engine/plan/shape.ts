import type { OperatorRecord } from '../operators/record.ts'
import type { Plan, PlanNode } from './plan.ts'

/**
 * What an element is in Spark, where JavaScript has one form for several: a list of two items and a pair, null and None,
 * a record and a row. Known of what operators make; undefined elsewhere. Only text forms ask for it.
 */
export type Shape =
  | { readonly pair: readonly [key: Shape | undefined, value: Shape | undefined] }
  | { readonly list: 'CompactBuffer' | 'ArrayBuffer' | 'List'; readonly of?: Shape | undefined }
  /** Null is None, all else Some. */
  | { readonly option: Shape | undefined }
  | { readonly row: true }

/** Return the shape of a pair's key. */
export function keyShape(shape: Shape | undefined): Shape | undefined {
  return shape !== undefined && 'pair' in shape ? shape.pair[0] : undefined
}

/** Return the shape of a pair's value. */
export function valueShape(shape: Shape | undefined): Shape | undefined {
  return shape !== undefined && 'pair' in shape ? shape.pair[1] : undefined
}

/** Return the shape of what comes into a stage. */
export function inputShape(
  plan: Plan,
  node: PlanNode,
  record: (node: PlanNode) => object,
): Shape | undefined {
  const shapes: (Shape | undefined)[] = []
  for (const each of plan.nodes.slice(0, node.id)) {
    const operator = record(each) as Partial<OperatorRecord>
    const inputs = each.inputs.map((id) => shapes[id])
    // Streams of two shapes in one have none.
    const kept = inputs.every((shape) => JSON.stringify(shape) === JSON.stringify(inputs[0]))
      ? inputs[0]
      : undefined
    shapes[each.id] = operator.shape?.(inputs) ?? (operator.keepsElements === true ? kept : undefined)
  }
  return shapes[node.inputs[0] as number]
}
