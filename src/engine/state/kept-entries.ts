import { isDeepStrictEqual } from 'node:util'
import { canonical, KeyPlaces } from '../shuffle/keyed-table.ts'
import { columnEntries, type Entry, windowEntries } from './kept-window.ts'
import { listOf, recordOf } from './saved.ts'
import { StateTable } from './state-table.ts'

/** What a stage keeps, as it can be read without the functions of the stage. */
export interface KeptEntries {
  /** The kind of stage that wrote it. */
  readonly kind: string
  readonly entries: readonly Entry[]
}

/**
 * Return what a stage has written down: all of it first, then what has changed. A window's values are those of each batch
 * that it holds, `[time, value]`: to merge them takes the functions of the stage.
 *
 * @param label the words of the stage.
 * @throws TypeError where it has another form.
 */
export function keptEntries(saved: readonly unknown[], label: string): KeptEntries {
  const marked = saved.map((item) => recordOf(item, 'of', 'version', 'data'))
  const kind = String(marked[0]?.of)
  const data = marked.map((item) => item.data)
  switch (kind) {
    case 'update-state-by-key':
    case 'map-with-state':
      return { kind, entries: tableEntries(data.map((item) => recordOf(item, 'states').states)) }
    case 'dedup':
      return { kind, entries: tableEntries(data) }
    case 'update-state-by-key over partitions': {
      const parts = data.at(-1)
      return { kind, entries: parts === undefined ? [] : (listOf(parts).flat() as Entry[]) }
    }
    case 'a stage by time':
      return keptEntries(
        data.map((item) => recordOf(item, 'state').state),
        label,
      )
    case 'rates':
      return {
        kind,
        entries: keptEntries(
          data.map((item) => recordOf(item, 'counts').counts),
          label,
        ).entries,
      }
    case 'window':
    case 'a sliding window':
    case 'a tumbling window':
    case 'a window with an inverse':
      return { kind, entries: windowEntries(kind, data, label) }
    case 'join-within':
      return { kind, entries: joinEntries(recordOf(data.at(-1), 'join').join) }
    default:
      return { kind, entries: otherEntries(data.at(-1)) }
  }
}

/** Return entries by key: numbers by size, before texts by their characters, before all else. */
export function sortedEntries(entries: readonly Entry[]): Entry[] {
  const rank = (key: unknown): number => (typeof key === 'number' ? 0 : typeof key === 'string' ? 1 : 2)
  const texts = new Map<unknown, string>()
  const textOf = (key: unknown): string => {
    const text = texts.get(key) ?? canonical(key)
    texts.set(key, text)
    return text
  }
  return [...entries].sort(([left], [right]) => {
    if (typeof left === 'number' && typeof right === 'number') return left - right
    if (typeof left === 'string' && typeof right === 'string') return left < right ? -1 : left > right ? 1 : 0
    const ranks = rank(left) - rank(right)
    if (ranks !== 0) return ranks
    const [before, behind] = [textOf(left), textOf(right)]
    return before < behind ? -1 : before > behind ? 1 : 0
  })
}

/** What has become of a key between two snapshots. */
export interface KeyChange {
  readonly change: 'added' | 'removed' | 'changed'
  readonly key: unknown
  readonly before: unknown
  readonly after: unknown
}

/** Return what differs, by key. A key that stands several times is compared with all that stands under it. */
export function changedKeys(before: readonly Entry[], after: readonly Entry[]): KeyChange[] {
  const [old, young] = [byKey(before), byKey(after)]
  const changes: [unknown, KeyChange][] = []
  for (const [text, [key, value]] of old) {
    const now = young.get(text)
    if (now === undefined) changes.push([key, { change: 'removed', key, before: value, after: undefined }])
    else if (!isDeepStrictEqual(value, now[1]))
      changes.push([key, { change: 'changed', key, before: value, after: now[1] }])
  }
  for (const [text, [key, value]] of young)
    if (!old.has(text)) changes.push([key, { change: 'added', key, before: undefined, after: value }])
  return sortedEntries(changes).map(([, change]) => change as KeyChange)
}

function byKey(entries: readonly Entry[]): Map<string, Entry> {
  const found = new Map<string, Entry>()
  const several = new Set<string>()
  for (const [key, value] of entries) {
    const text = canonical(key)
    const first = found.get(text)
    if (first === undefined) found.set(text, [key, value])
    else if (several.has(text)) (first[1] as unknown[]).push(value)
    else {
      several.add(text)
      found.set(text, [key, [first[1], value]])
    }
  }
  return found
}

function tableEntries(saved: readonly unknown[]): Entry[] {
  const table = new StateTable({ timed: 'touched' in recordOf(saved[0]) })
  for (const columns of saved) table.apply(columns)
  return Array.from(table.addresses(), (address): Entry => [table.key(address), table.get(address)])
}

/** The values of each side with their times. */
function joinEntries(saved: unknown): Entry[] {
  const places = new KeyPlaces()
  const entries: (readonly [unknown, { left: unknown[]; right: unknown[] }])[] = []
  for (const [side, slices] of listOf(saved, 2).entries()) {
    for (const slice of listOf(slices)) {
      for (const [key, values] of columnEntries(listOf(slice, 2)[1])) {
        const place = places.get(key) ?? entries.push([key, { left: [], right: [] }]) - 1
        places.set(key, place)
        const held = (entries[place] as (typeof entries)[number])[1]
        held[side === 0 ? 'left' : 'right'].push(...listOf(values))
      }
    }
  }
  return entries
}

/** Windows by event time by their key and times; of anything else, its fields. */
function otherEntries(saved: unknown): Entry[] {
  if (typeof saved !== 'object' || saved === null) return saved === undefined ? [] : [['value', saved]]
  if ('panes' in saved) {
    return listOf(saved.panes).flatMap((pane) => {
      const [start, table] = listOf(pane, 2)
      return columnEntries(table).map(([key, value]): Entry => [[key, start], value])
    })
  }
  if ('gap' in saved && 'times' in saved && 'combiners' in saved) {
    const { keys, combiners, times } = recordOf(saved, 'keys', 'combiners', 'times')
    const values = listOf(combiners)
    const all = times as Float64Array
    return listOf(keys).map((key, place) => [[key, all[place * 3 + 1], all[place * 3 + 2]], values[place]])
  }
  return Object.entries(saved)
}
