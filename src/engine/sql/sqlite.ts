import { createRequire } from 'node:module'

/** A value that SQLite holds. */
export type SqlValue = null | number | bigint | string | Uint8Array

/** A prepared statement: what `node:sqlite` and `@photostructure/sqlite` have in common. */
export interface SqlStatement {
  run(...values: readonly SqlValue[]): unknown
  all(...values: readonly SqlValue[]): readonly Readonly<Record<string, SqlValue>>[]
  setReadBigInts(enabled: boolean): void
  /** Absent in the first releases of `node:sqlite`. */
  columns?(): readonly { readonly name: string }[]
}

/** An open database. */
export interface SqlDatabase {
  exec(sql: string): void
  prepare(sql: string): SqlStatement
  close(): void
}

/** Loads a module by its name, at once. */
export type Load = (name: string) => unknown

interface SqliteModule {
  readonly DatabaseSync: new (path: string) => SqlDatabase
}

const load: Load = createRequire(import.meta.url)

/**
 * Return a database, in memory unless `path` names a file: of Node itself where it has one, else of the optional package
 * `@photostructure/sqlite`; undefined where there is neither. Nothing of SQLite is loaded before.
 */
export function openDatabase(from: Load = load, path = ':memory:'): SqlDatabase | undefined {
  for (const name of ['node:sqlite', '@photostructure/sqlite']) {
    const module = silently(() => from(name)) as SqliteModule | undefined
    if (module !== undefined) return new module.DatabaseSync(path)
  }
  return undefined
}

/** Node warns on stderr that its SQLite is young: nothing that who runs a query can do something about. */
function silently(read: () => unknown): unknown {
  const { emitWarning } = process
  process.emitWarning = () => {}
  try {
    return read()
  } catch {
    return undefined
  } finally {
    process.emitWarning = emitWarning
  }
}

/** Return a name as SQL writes it, whatever it holds. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** Return a name as SQLite compares names: the case of ASCII letters does not count. */
export function foldName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}
