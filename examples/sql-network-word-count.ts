/**
 * Asks each batch a query in SQL, and shows the rows as Spark shows a DataFrame (Spark: SqlNetworkWordCount).
 *
 *   nc -lk 9999                                                            # in one terminal; type into it
 *   node --import=tsx examples/sql-network-word-count.ts localhost 9999    # in another
 *
 * The same in a shell: dstream socket localhost 9999 --interval 2s flatmap split \
 *   sql 'SELECT value AS word, count(*) AS total FROM words GROUP BY word' --as words
 */
import { Seconds, StreamingContext } from 'dstream'

const [host = 'localhost', port = '9999'] = process.argv.slice(2)

const ssc = new StreamingContext({ appName: 'SqlNetworkWordCount', batchDuration: Seconds(2) })
const words = ssc.socketTextStream(host, Number(port)).flatMap('split')

words
  .map((word) => ({ word }))
  .sql<{ word: string; total: number }>('SELECT word, count(*) AS total FROM words GROUP BY word', {
    as: 'words',
    columns: 'word',
  })
  .foreachRDD((rdd, time) => {
    console.log(`========= ${time} ms =========`)
    console.log(shown(['word', 'total'], rdd.collect()))
  })

ssc.start()
await ssc.awaitTermination()

/** Return rows as `DataFrame.show` does: the first 20, cells of at most 20 characters, on the right of their columns. */
function shown(columns: readonly string[], rows: readonly Readonly<Record<string, unknown>>[]): string {
  const cells = rows.slice(0, 20).map((row) => columns.map((column) => cut(String(row[column] ?? 'NULL'))))
  const widths = columns.map((column, index) =>
    Math.max(3, column.length, ...cells.map((row) => row[index]?.length ?? 0)),
  )
  const rule = `+${widths.map((width) => '-'.repeat(width)).join('+')}+\n`
  const line = (row: readonly string[]): string =>
    `|${row.map((cell, index) => cell.padStart(widths[index] ?? 0)).join('|')}|\n`
  const more = rows.length > 20 ? 'only showing top 20 rows\n' : ''
  return `${rule}${line(columns)}${rule}${cells.map(line).join('')}${rule}${more}`
}

function cut(text: string): string {
  return text.length > 20 ? `${text.slice(0, 17)}...` : text
}
