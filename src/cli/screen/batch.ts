import type { PrintedBatch } from '../../engine/outputs/record.ts'
import { renderTable, type TableOptions } from './table.ts'

/** Return a batch as the text of its table or of its chart; a promise of it where something must be loaded first. */
export function renderBatch(batch: PrintedBatch, options: TableOptions): string | Promise<string> {
  const { chart } = batch
  if (chart === undefined) return renderTable(batch, options)
  return import('./chart.ts').then(({ renderChart }) => renderChart(batch, chart, options))
}
