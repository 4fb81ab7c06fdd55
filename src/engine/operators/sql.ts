import { elementsOf } from '../batch/lines.ts'
import { reasonOf } from '../plan/describe.ts'
import { StageError } from '../plan/errors.ts'
import { BatchQuery } from '../sql/batch-query.ts'
import { openDatabase } from '../sql/sqlite.ts'
import { keeping, listOf, textOf } from '../state/saved.ts'
import type { OperatorCall } from './record.ts'
import { defineOperator } from './record.ts'

/** `sql QUERY`. No row of Spark's streams; what SqlNetworkWordCount does with a temporary view, here in SQLite. */
export const sql = defineOperator({
  name: 'sql',
  summary: 'Ask each batch, or each window, a query in SQL; its rows come out as records.',
  description:
    'The batch is the table `batch`. Pairs have the columns `key` and `value`, records their fields, anything else ' +
    '`value`; what an element does not have is NULL, and the table keeps the columns of earlier batches. Lists and ' +
    'records inside are JSON in text, true and false 1 and 0; an integer of a result beyond 2^53 is text. The engine ' +
    'is SQLite: that of Node from 22.13 on, else of the package `@photostructure/sqlite`, which you install.',
  kind: 'wide',
  shape: () => ({ row: true }),
  arguments: [
    { name: 'query', type: 'string', required: true, summary: 'a SELECT, or a WITH that ends in one' },
  ],
  flags: [
    { name: 'as', type: 'string', default: 'batch', summary: 'what the query calls the batch' },
    {
      name: 'columns',
      type: 'string',
      summary:
        'names divided by commas: columns that are there from the start, and where no element has them',
    },
  ],
  examples: [
    {
      chain:
        "sql 'SELECT value AS word, count(*) AS total FROM batch GROUP BY word ORDER BY total DESC, word'",
      in: [['to', 'be', 'to'], []],
      out: [
        [
          { word: 'to', total: 2 },
          { word: 'be', total: 1 },
        ],
        [],
      ],
    },
    {
      chain:
        "sql 'SELECT a.user, b.score - a.score AS more FROM t a JOIN t b USING (user) WHERE b.score > a.score' --as t",
      in: [
        [
          { user: 'x', score: 1 },
          { user: 'y', score: 5 },
          { user: 'x', score: 4 },
        ],
      ],
      out: [[{ user: 'x', more: 3 }]],
    },
    {
      chain: "window 2s sql 'SELECT host, max(ms) AS slowest FROM batch GROUP BY host'",
      in: [[{ host: 'a', ms: 12 }], [{ host: 'a', ms: 90 }], [{ host: 'b', ms: 3 }]],
      out: [
        [{ host: 'a', slowest: 12 }],
        [{ host: 'a', slowest: 90 }],
        [
          { host: 'a', slowest: 90 },
          { host: 'b', slowest: 3 },
        ],
      ],
    },
  ],
  apply: (call) => {
    const query = prepare(call)
    return {
      keeps: keeping({
        of: 'sql',
        version: 1,
        save: () => query.columns,
        restore: (saved) => query.learn(listOf(saved).map(textOf)),
      }),
      gather: ([batch = []]) => {
        let rows: readonly unknown[]
        try {
          rows = query.run(batch.flatMap(elementsOf))
        } catch (error) {
          const columns = query.columns.join(', ') || 'none'
          throw new StageError(call.label, `${reasonOf(error)}; columns of the batch: ${columns}`)
        }
        return rows.length === 0 ? [] : [{ kind: 'rows', rows }]
      },
    }
  },
})

function prepare(call: OperatorCall): BatchQuery {
  const database = openDatabase()
  if (database === undefined) {
    throw call.refuse(
      'sql needs SQLite: Node has it from 22.13 on, older ones by the package @photostructure/sqlite',
      'Install it: npm install @photostructure/sqlite',
    )
  }
  const table = call.string('as')
  const given = call.value('columns') as string | undefined
  const columns = given?.split(',').map((name) => name.trim())
  try {
    // Lines have `value` alone, but standard input may turn out to be a stream of batches, with elements of any kind.
    return new BatchQuery({ database, query: call.string('query'), table, columns })
  } catch (error) {
    const reason = reasonOf(error)
    throw call.refuse(`sql: ${reason}`, hintOf(reason, table, columns))
  }
}

function hintOf(reason: string, table: string, columns: readonly string[] | undefined): string | undefined {
  if (reason.startsWith('no such table'))
    return `The batch is the table ${table}; --as gives it another name.`
  if (!reason.startsWith('no such column') || columns === undefined) return undefined
  return `--columns names ${columns.join(', ')}.`
}

/** How a query calls the batch. */
interface SqlOptions {
  /** Name of the table; `batch` where absent. */
  readonly as?: string
  /** Columns that are there from the start, and where no element has them, divided by commas. */
  readonly columns?: string
}

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream of the rows that a query in SQL gives for each batch, as records `R`, which is not checked.
     *
     * The batch is a table of SQLite: pairs have the columns `key` and `value`, records their fields, anything else
     * `value`. Whole numbers come back as numbers, beyond 2^53 as text; booleans as 0 and 1; lists and records as JSON.
     *
     * @param query one SELECT. Its syntax is checked when the context starts; its columns too where they are known.
     * @param options.as what the query calls the batch, `batch` where absent.
     * @throws UsageError at the start, where the query cannot run or there is no SQLite.
     */
    sql<R extends object = Record<string, unknown>>(query: string, options?: SqlOptions): DStream<R>
  }
}
