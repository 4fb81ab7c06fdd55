import { reasonOf } from '../plan/describe.ts'
import { foldName, quoteName, type SqlDatabase, type SqlStatement } from './sqlite.ts'
import { fieldsOf, fromSql, toSql } from './values.ts'

/** What a query is asked of. */
export interface BatchQueryOptions {
  readonly database: SqlDatabase
  readonly query: string
  /** Name of the table. */
  readonly table: string
  /** The columns, where they are known before the first batch. */
  readonly columns?: readonly string[] | undefined
}

/** The columns of a batch of pairs, and with `value` of lines and numbers. */
const USUAL = ['key', 'value']

/**
 * One query, asked of a table that holds one batch after the other. Elements are bound, never written into the query.
 * The table has every column seen so far, so that an empty batch, or one without a rare field, has them too.
 */
export class BatchQuery {
  readonly #database: SqlDatabase
  readonly #query: string
  readonly #table: string
  /** Columns by their folded names. */
  readonly #columns = new Map<string, string>()
  #prepared: { readonly select: SqlStatement; readonly insert: SqlStatement } | undefined

  /** @throws Error where the query cannot run, whatever the batches will hold. */
  constructor({ database, query, table, columns }: BatchQueryOptions) {
    this.#database = database
    this.#query = query.replace(/;\s*$/, '')
    this.#table = quoteName(table)
    if (columns === undefined) this.#try()
    for (const column of columns ?? []) this.#columns.set(foldName(column), column)
    if (columns !== undefined) this.#prepare()
  }

  /** The columns that are known. */
  get columns(): readonly string[] {
    return [...this.#columns.values()]
  }

  /**
   * Return the rows of a batch as records.
   *
   * @throws Error where the query fails, or one element has two fields that are one column.
   */
  run(elements: readonly unknown[]): Record<string, unknown>[] {
    const rows = elements.map(fieldsOf)
    for (const row of rows) this.learn(Object.keys(row))
    const { select, insert } = this.#prepared ?? this.#prepareOrGuess(elements.length === 0)
    const database = this.#database
    database.exec(`BEGIN; DELETE FROM ${this.#table}`)
    try {
      const names = [...this.#columns.keys()]
      for (const row of rows) insert.run(...valuesOf(row, names).map(toSql))
      return select.all().map(recordOf)
    } finally {
      database.exec('COMMIT')
    }
  }

  /** Take columns that the table has from here on. */
  learn(names: Iterable<string>): void {
    for (const name of names) {
      const folded = foldName(name)
      if (this.#columns.has(folded)) continue
      this.#columns.set(folded, name)
      this.#prepared = undefined
    }
  }

  /** A batch without elements before all others has no columns to ask for: those that are usual, or no rows. */
  #prepareOrGuess(isEmpty: boolean): { readonly select: SqlStatement; readonly insert: SqlStatement } {
    if (!isEmpty || this.#columns.size > 0) return this.#prepare()
    this.#createTable(USUAL)
    const insert = this.#database.prepare('SELECT 1')
    try {
      return { select: this.#select(), insert }
    } catch {
      return { select: this.#database.prepare('SELECT 1 WHERE 0'), insert }
    }
  }

  #prepare(): { readonly select: SqlStatement; readonly insert: SqlStatement } {
    const names = this.columns.length === 0 ? ['value'] : this.columns
    this.#createTable(names)
    const places = names.map(() => '?').join(', ')
    const insert = this.#database.prepare(`INSERT INTO ${this.#table} VALUES (${places})`)
    const select = this.#select()
    const repeated = repeatedColumn(select)
    if (repeated !== undefined)
      throw new Error(`two columns of the result are called ${repeated}: give one another name with AS`)
    this.#prepared = { select, insert }
    return this.#prepared
  }

  /** Find the faults that no batch can mend: give the table each column that the query asks for, and look what remains. */
  #try(): void {
    const names = new Set(USUAL)
    for (;;) {
      this.#createTable([...names])
      try {
        this.#select()
        return
      } catch (error) {
        const missing = missingColumn(reasonOf(error))
        if (missing === undefined || names.has(missing)) throw error
        names.add(missing)
      }
    }
  }

  #select(): SqlStatement {
    const select = this.#database.prepare(this.#query)
    try {
      this.#database.prepare(`SELECT * FROM (${this.#query}\n)`)
    } catch {
      throw new Error('one query is expected: a SELECT, or a WITH or VALUES that gives rows')
    }
    select.setReadBigInts(true)
    return select
  }

  #createTable(names: readonly string[]): void {
    // Statements of the table before would lock it, and are of no use any more.
    this.#prepared = undefined
    this.#database.exec(`DROP TABLE IF EXISTS ${this.#table}`)
    this.#database.exec(`CREATE TABLE ${this.#table} (${names.map(quoteName).join(', ')})`)
  }
}

/** Return the values of a row in the order of the columns. */
function valuesOf(row: Readonly<Record<string, unknown>>, folded: readonly string[]): unknown[] {
  const values = new Map<string, unknown>()
  for (const [name, value] of Object.entries(row)) {
    if (values.has(foldName(name))) throw new Error(`two fields of an element are the column ${name}`)
    values.set(foldName(name), value)
  }
  return folded.map((name) => values.get(name))
}

function recordOf(row: Readonly<Record<string, Parameters<typeof fromSql>[0]>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, fromSql(value)]))
}

function repeatedColumn(select: SqlStatement): string | undefined {
  const names = select.columns?.().map(({ name }) => name) ?? []
  return names.find((name, index) => names.indexOf(name) !== index)
}

/** Return the column that SQLite misses, without the table before it. */
function missingColumn(reason: string): string | undefined {
  const using = /^cannot join using column (.+) - column not present in both tables/.exec(reason)
  if (using !== null) return using[1]
  const [, name] = /^no such column: (.+?)(?: - should this be a string literal.*)?$/.exec(reason) ?? []
  const quoted = /^"(.*)"$/.exec(name ?? '')
  return quoted?.[1] ?? name?.slice(name.lastIndexOf('.') + 1)
}
