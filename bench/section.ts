/** A part of docs/performance.md: what one work found. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { dataFolder, type Settings } from './settings.ts'

/** What was promised, and what was found. */
export interface GoalResult {
  readonly goal: string
  readonly found: string
  /** Undefined where it could not be measured. */
  readonly holds: boolean | undefined
}

/** What a work leaves; Markdown. */
export interface Section {
  readonly title: string
  readonly text: string
  readonly goals: readonly GoalResult[]
}

/** Something that can be measured on its own: `npm run bench -- NAME`. */
export interface Work {
  readonly name: string
  readonly summary: string
  measure(settings: Settings): Section | Promise<Section>
}

function folderOf(settings: Settings): string {
  return dataFolder(settings.quick ? 'results-quick' : 'results')
}

/** Keep a section, so that one work can be measured again without the others. */
export function keep(name: string, section: Section, settings: Settings): void {
  writeFileSync(join(folderOf(settings), `${name}.json`), JSON.stringify(section, undefined, 2))
}

/** The sections that were kept, by the name of their work. */
export function kept(settings: Settings): Map<string, Section> {
  const folder = folderOf(settings)
  return new Map(
    readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .map((name) => [name.slice(0, -5), JSON.parse(readFileSync(join(folder, name), 'utf8')) as Section]),
  )
}

/** A table in Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** A goal of the form `at most N times`. */
export function atMost(goal: string, found: number | undefined, limit: number, unit = '×'): GoalResult {
  if (found === undefined || Number.isNaN(found)) return { goal, found: 'not measured', holds: undefined }
  return { goal, found: `${found.toFixed(2)} ${unit}`, holds: found <= limit }
}

/** A goal of the form `at least N times faster`. */
export function atLeast(goal: string, found: number | undefined, limit: number, unit = '×'): GoalResult {
  if (found === undefined || Number.isNaN(found)) return { goal, found: 'not measured', holds: undefined }
  return { goal, found: `${found.toFixed(2)} ${unit}`, holds: found >= limit }
}
