import type { FunctionRecord } from './record.ts'

/** Return a kebab-case name in camelCase: `not-empty` becomes `notEmpty`. */
export function camelCase(name: string): string {
  return name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}

/** Return every word by which the records can be called, each with its record; throws on a word used twice. */
export function indexByName(records: readonly FunctionRecord[]): ReadonlyMap<string, FunctionRecord> {
  const index = new Map<string, FunctionRecord>()
  for (const record of records) {
    const names = [record.name, ...(record.aliases ?? [])]
    for (const word of new Set([...names, ...names.map(camelCase)])) {
      if (index.has(word)) throw new Error(`two functions are called ${word}`)
      index.set(word, record)
    }
  }
  return index
}
