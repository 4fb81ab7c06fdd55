import type { Plan } from '../plan/plan.ts'
import type { StageName } from './snapshot-file.ts'

/** A stage, by its words and its place in the plan. */
export interface NamedStage {
  readonly label: string
  readonly index: number
}

/** Return by what stages are known in a changed pipeline: their words, counted where they stand twice. */
export function stageNames(plan: Plan, stages: readonly NamedStage[]): readonly StageName[] {
  const seen = new Map<string, number>()
  return stages.map(({ label, index }) => {
    const count = (seen.get(label) ?? 0) + 1
    seen.set(label, count)
    const command = plan.nodes.find(({ id }) => id === index)?.command ?? label
    return { id: count === 1 ? label : `${label} #${count}`, label, command }
  })
}

/** Return by what the sources of a plan are known, by their places in it. */
export function sourceNames(plan: Plan): ReadonlyMap<number, StageName> {
  const sources = plan.nodes.filter(({ category }) => category === 'source')
  const names = stageNames(
    plan,
    sources.map(({ id, label }) => ({ index: id, label })),
  )
  return new Map(sources.map(({ id }, index) => [id, names[index] as StageName]))
}

/** How the stages of a pipeline go together with what an earlier run has kept. */
export interface Matched {
  /** By place of the stage now: the id under which it kept something. */
  readonly taken: ReadonlyMap<number, string>
  /** Kept under other words of the same command. */
  readonly migrated: readonly { readonly from: StageName; readonly to: StageName }[]
  /** What no stage takes. */
  readonly dropped: readonly StageName[]
}

/** Match stages by their words, then those left by their command, in order. */
export function matchStages(
  before: readonly StageName[],
  now: readonly StageName[],
  refused: ReadonlySet<string> = new Set(),
): Matched {
  const taken = new Map<number, string>()
  const left = new Map(before.filter(({ id }) => !refused.has(id)).map((stage) => [stage.id, stage]))
  for (const [index, { id }] of now.entries()) if (left.delete(id)) taken.set(index, id)
  const migrated: { from: StageName; to: StageName }[] = []
  for (const [index, to] of now.entries()) {
    if (taken.has(index)) continue
    const from = [...left.values()].find(({ command }) => command === to.command)
    if (from === undefined) continue
    left.delete(from.id)
    taken.set(index, from.id)
    migrated.push({ from, to })
  }
  const dropped = [...left.values(), ...before.filter(({ id }) => refused.has(id))]
  return { taken, migrated, dropped }
}
