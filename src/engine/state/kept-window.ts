import { eachElement } from '../batch/lines.ts'
import { parseDuration } from '../plan/duration.ts'
import { KeyPlaces } from '../shuffle/keyed-table.ts'
import { countOf, listOf, numberOf, recordOf } from './saved.ts'
import { batchOf } from './saved-batch.ts'

/** A key and what is kept for it. */
export type Entry = readonly [key: unknown, value: unknown]

/** A batch that a window holds: keys with combiners, or elements. */
interface HeldBatch {
  readonly time: number
  readonly keyed: readonly Entry[]
  readonly elements: readonly unknown[]
}

/** Return what a window has written down: the values of each key by batch, `[time, value]`, and elements by time. */
export function windowEntries(kind: string, saved: readonly unknown[], label: string): Entry[] {
  let batches: HeldBatch[] = []
  let length: number | undefined
  let values: readonly Entry[] = []
  for (const [index, item] of saved.entries()) {
    const changes = index === 0 ? { all: item } : recordOf(item)
    if ('came' in changes) {
      batches.push(...heldBatches(changes.came))
    } else {
      const all = (changes as { readonly all: unknown }).all
      const whole = Array.isArray(all) ? {} : recordOf(all)
      length = 'length' in whole ? numberOf(whole.length) : lengthOf(label)
      batches = wholeBatches(kind, all)
      if (kind === 'a window with an inverse') values = columnEntries(recordOf(all, 'window').window)
    }
  }
  const last = batches.at(-1)?.time ?? 0
  const held = batches.filter(({ time }) => length === undefined || time > last - length)
  const places = new KeyPlaces()
  const keys: unknown[] = []
  const lists: [number, unknown][][] = []
  for (const { time, keyed } of held) {
    for (const [key, value] of keyed) {
      let place = places.get(key)
      if (place === undefined) {
        place = keys.push(key) - 1
        places.set(key, place)
        lists.push([])
      }
      ;(lists[place] as [number, unknown][]).push([time, value])
    }
  }
  const elements = held.flatMap(({ time, elements: own }) => own.map((element): Entry => [time, element]))
  if (kind !== 'a window with an inverse')
    return [...keys.map((key, place): Entry => [key, lists[place]]), ...elements]
  // The value of the window that came out last when all was written, and the batches that it may not know.
  for (const [key] of values) if (places.get(key) === undefined) places.set(key, keys.push(key) - 1)
  const valueAt = new Map(values.map(([key, value]) => [places.get(key), value]))
  return keys.map((key, place) => [key, { window: valueAt.get(place), batches: lists[place] ?? [] }])
}

/** `window` alone does not write down how long it is: its words say it. */
function lengthOf(label: string): number | undefined {
  const word = label.split(' ')[1] ?? ''
  return /^\d+$/.test(word) ? Number(word) : parseDuration(word)
}

function wholeBatches(kind: string, all: unknown): HeldBatch[] {
  if (kind === 'window') return heldBatches(all)
  if (kind === 'a window with an inverse') return heldBatches(recordOf(all, 'arrived').arrived)
  const { window } = recordOf(all, 'window')
  if (kind === 'a tumbling window') return heldBatches(recordOf(window, 'history').history)
  const record = recordOf(window, 'keys', 'alone')
  const columns = recordOf(record.keys, 'keys', 'batches')
  const keys = listOf(columns.keys)
  const held = listOf(columns.batches).map((item): HeldBatch => {
    const { time, slots, combiners } = recordOf(item, 'time', 'slots', 'combiners')
    const values = listOf(combiners)
    const places = slots as Int32Array
    const keyed = values.map((value, place): Entry => [keys[countOf(places[place])], value])
    return { time: numberOf(time), keyed, elements: [] }
  })
  return record.alone === undefined ? held : [...held, ...heldBatches([record.alone])]
}

function heldBatches(saved: unknown): HeldBatch[] {
  return listOf(saved).map((item) => {
    const { time, batch } = recordOf(item, 'time', 'batch')
    const keyed: Entry[] = []
    const elements: unknown[] = []
    for (const partition of batchOf(batch)) {
      if (partition.kind !== 'grouped') eachElement(partition, (element) => void elements.push(element))
      else for (const [place, key] of partition.keys.entries()) keyed.push([key, partition.values[place]])
    }
    return { time: numberOf(time), keyed, elements }
  })
}

/** Return keys and values that were written down as columns. */
export function columnEntries(saved: unknown): Entry[] {
  const { keys, values } = recordOf(saved, 'keys', 'values')
  const all = listOf(values)
  return listOf(keys).map((key, place) => [key, all[place]])
}
