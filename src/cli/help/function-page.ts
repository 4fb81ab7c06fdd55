import { parseCall } from '../../functions/call.ts'
import type { FunctionRecord } from '../../functions/record.ts'
import { columns, paragraph, wrap } from './layout.ts'
import type { Style } from './style.ts'
import { functionCall } from './usage-words.ts'

/** Return the help of one built-in function. Its examples are run: what is shown is what it gives. */
export async function renderFunction(record: FunctionRecord, style: Style): Promise<string> {
  await record.load?.()
  const { parameter } = record
  const stages = record.roles.map((role) => `dstream … ${role} ${functionCall(record)} …`)
  const examples = record.examples.map(({ call, in: input }) => ({
    call,
    text: `${JSON.stringify(input)} → ${resultText(record, call, input)}`,
  }))
  const width = Math.max(...examples.map(({ call }) => call.length))
  const lines = [
    ...wrap(record.summary, style.width),
    '',
    style.heading('USAGE'),
    ...stages.map((line) => `  ${line}`),
    ...(parameter === undefined
      ? []
      : ['', style.heading('PARAMETER'), ...columns([[parameter.name, parameterText(record)]], style)]),
    '',
    style.heading('EXAMPLES'),
    ...examples.map(({ call, text }) => `  ${style.name(call)}${' '.repeat(width - call.length)}  ${text}`),
    ...(record.aliases === undefined || record.aliases.length === 0
      ? []
      : ['', style.heading('ALSO CALLED'), ...paragraph(record.aliases.join(', '), style)]),
  ]
  return `${lines.join('\n')}\n`
}

function parameterText({ parameter }: FunctionRecord): string {
  if (parameter === undefined) return ''
  return parameter.required ? parameter.summary : `${parameter.summary} [optional]`
}

/** What a call gives for the input of an example: for a reducer the input is the values. */
function resultText(record: FunctionRecord, call: string, input: unknown): string {
  const parameter = parseCall(call)?.parameter
  const result =
    record.mapper === undefined
      ? reduced(record, parameter, input as readonly unknown[])
      : record.mapper(parameter)(input)
  return JSON.stringify(result) ?? 'null'
}

function reduced(record: FunctionRecord, parameter: string | undefined, values: readonly unknown[]): unknown {
  const aggregator = record.aggregator?.(parameter)
  if (aggregator === undefined || values.length === 0) return undefined
  const combiner = values
    .slice(1)
    .reduce((so, value) => aggregator.mergeValue(so, value), aggregator.create(values[0]))
  return aggregator.finish === undefined ? combiner : aggregator.finish(combiner)
}
