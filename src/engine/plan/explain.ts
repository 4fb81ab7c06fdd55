import { formatDuration } from './duration.ts'
import { functionText, isFunctionReference, type Plan } from './plan.ts'

/** Return a plan as text: settings, then a line per stage with its inputs and how it runs. */
export async function explain(plan: Plan, parallelism: number): Promise<string> {
  const { describeStages } = await import('./describe-stages.ts')
  const head = [
    `plan of ${plan.name}`,
    `  batches every ${formatDuration(plan.interval)}, ${parallelism} partition${parallelism === 1 ? '' : 's'}, on one thread`,
    '',
  ]
  return `${[...head, ...describeStages(plan), '', JSON.stringify(plan, replacer)].join('\n')}\n`
}

function replacer(_key: string, value: unknown): unknown {
  if (isFunctionReference(value) && value.type === 'closure')
    return { type: 'closure', call: functionText(value) }
  return value
}
