import type { Batch, Cell } from '../../dashboard/messages.ts'
import { element } from '../shared/elements.ts'
import { plural } from '../shared/format.ts'
import { type ChartView, label, type Shown } from './chart-view.ts'

/** Columns that are sorted by, and how. */
type Order = { readonly column: number; readonly isDescending: boolean } | undefined

/** The elements of a batch as a table that sorts by its columns. */
export class ElementTable implements ChartView {
  readonly node = element('div', { class: 'elements', role: 'region', tabindex: '0' })
  readonly #table = element('table')
  readonly #head = element('tr')
  readonly #body = element('tbody')
  readonly #note = element('p', { class: 'note' })
  #columns = ''
  #order: Order
  #shown: Shown | undefined

  constructor() {
    this.#table.append(element('thead', {}, this.#head), this.#body)
    this.node.append(this.#table, this.#note)
  }

  show(shown: Shown): void {
    this.#shown = shown
    this.#draw()
  }

  #draw(): void {
    const { batch, title = '' } = this.#shown ?? {}
    if (batch === undefined) return
    this.node.setAttribute('aria-label', title)
    const columns = JSON.stringify(batch.columns)
    if (columns !== this.#columns) {
      this.#columns = columns
      this.#order = undefined
      this.#makeHead(batch.columns)
    }
    const rows = sorted(batch.rows ?? batch.points, this.#order)
    // Rows and cells stay, and their texts change: a table of a thousand rows is not made anew with every batch.
    while (this.#body.rows.length > rows.length) this.#body.deleteRow(-1)
    for (const [at, cells] of rows.entries()) fill(this.#body.rows[at] ?? this.#body.insertRow(), cells)
    for (const [at, cell] of [...this.#head.cells].entries())
      cell.className = typeof rows[0]?.[at] === 'number' ? 'number' : ''
    this.#note.textContent = noteOf(batch, rows.length)
  }

  #makeHead(columns: readonly string[]): void {
    this.#head.replaceChildren(
      ...columns.map((name, column) => {
        const button = element('button', { type: 'button' }, name)
        button.addEventListener('click', () => this.#sortBy(column))
        return element('th', { scope: 'col' }, button)
      }),
    )
  }

  /** Largest first, then smallest first, then as they came. */
  #sortBy(column: number): void {
    const isAgain = this.#order?.column === column
    if (!isAgain) this.#order = { column, isDescending: true }
    else this.#order = this.#order?.isDescending === true ? { column, isDescending: false } : undefined
    for (const [at, cell] of [...this.#head.cells].entries()) {
      if (this.#order?.column !== at) cell.removeAttribute('aria-sort')
      else cell.setAttribute('aria-sort', this.#order.isDescending ? 'descending' : 'ascending')
    }
    this.#draw()
  }
}

function sorted(rows: readonly (readonly Cell[])[], order: Order): readonly (readonly Cell[])[] {
  if (order === undefined) return rows
  const { column, isDescending } = order
  const sign = isDescending ? -1 : 1
  return [...rows].sort((one, other) => sign * compare(one[column] ?? null, other[column] ?? null))
}

function compare(one: Cell, other: Cell): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other
  if (typeof one === 'string' && typeof other === 'string') return one < other ? -1 : one > other ? 1 : 0
  return rank(one) - rank(other)
}

/** Nothing before numbers, and numbers before texts. */
function rank(cell: Cell): number {
  if (cell === null) return 0
  return typeof cell === 'string' ? 3 : typeof cell === 'number' ? 2 : 1
}

function fill(row: HTMLTableRowElement, cells: readonly Cell[]): void {
  while (row.cells.length > cells.length) row.deleteCell(-1)
  for (const [at, value] of cells.entries()) {
    const cell = row.cells[at] ?? row.insertCell()
    const text = value === null ? '' : typeof value === 'number' ? label(value) : String(value)
    if (cell.textContent !== text) cell.textContent = text
    cell.className = typeof value === 'number' ? 'number' : ''
  }
}

function noteOf({ total, kept }: Batch, rows: number): string {
  if (rows >= total) return plural(total, 'element')
  const which = kept === 'first' ? 'the first' : 'the largest'
  return `${which} ${rows} of ${plural(total, 'element')}`
}
