import { NO_KEY } from './encoded-key.ts'
import { countOf, floatsOf, listOf, recordOf, unfit, wholeNumbersOf } from './saved.ts'
import { type KeyColumns, keyColumnsOf } from './saved-keys.ts'

/** A table of states, or the slots of it that have changed, as columns. */
export interface TableColumns {
  /** Slots are below this number. */
  readonly end: number
  /** Which slots they are, one by place; all where absent. */
  readonly slots?: Int32Array | undefined
  /** The free slots behind the first `from` of those that were. */
  readonly from: number
  readonly free: Int32Array
  readonly keys: KeyColumns
  /** States by place; NaN for those that are no numbers, which follow. */
  readonly states: Float64Array
  readonly others: readonly unknown[]
  /** The slots that were touched last, the latest last, with their times; in a table with times. */
  readonly touched?: { readonly slots: Int32Array; readonly times: Float64Array } | undefined
}

/** Return the columns that were written down. Throws a TypeError where they are none, or are of a table of another kind. */
export function tableColumnsOf(saved: unknown, isTimed: boolean): TableColumns {
  const record = recordOf(saved, 'end', 'from', 'free', 'keys', 'states', 'others')
  const end = countOf(record.end)
  const slots = 'slots' in record ? wholeNumbersOf(record.slots, 0, end) : undefined
  const count = slots?.length ?? end
  const keys = keyColumnsOf(record.keys, count)
  const states = floatsOf(record.states, count)
  let live = 0
  let others = 0
  for (let place = 0; place < count; place++) {
    if (keys.heads[place] === NO_KEY) continue
    live += 1
    if (Number.isNaN(states[place])) others += 1
  }
  const from = countOf(record.from)
  const free = wholeNumbersOf(record.free, 0, end)
  if (slots === undefined && (from !== 0 || free.length !== end - live))
    throw unfit(`${end - live} free slots`, String(free.length))
  if ('touched' in record !== isTimed) throw unfit(`a table ${isTimed ? 'with' : 'without'} times`, 'another')
  const touched = 'touched' in record ? touchedOf(record.touched, end) : undefined
  if (slots === undefined && touched !== undefined && touched.slots.length > live)
    throw unfit(`${live} keys with times`, String(touched.slots.length))
  return { end, slots, from, free, keys, states, others: listOf(record.others, others), touched }
}

function touchedOf(saved: unknown, end: number): NonNullable<TableColumns['touched']> {
  const { slots: numbers, times } = recordOf(saved, 'slots', 'times')
  const slots = wholeNumbersOf(numbers, 0, end)
  return { slots, times: floatsOf(times, slots.length) }
}
