import type { OperatorCall } from '../operators/record.ts'
import type { LinearOptions, Penalty } from './linear.ts'
import { LinearModel } from './linear.ts'
import type { FloatLists } from './model-json.ts'

/** Return what is left of the past after one batch or point, of `--decay` or `--half-life`; undefined where both are absent. */
export function decayOf(call: OperatorCall): number | undefined {
  const decay = call.value('decay') as number | undefined
  const halfLife = call.value('half-life') as number | undefined
  const name = stageOf(call)
  if (decay !== undefined && halfLife !== undefined)
    throw call.refuse(`${name}: --decay and --half-life say the same`, 'Leave one of them out.')
  if (decay !== undefined && !(decay >= 0 && decay <= 1))
    throw call.refuse(`${name}: --decay expects a number from 0 to 1, and got ${decay}`)
  if (halfLife !== undefined && !(halfLife > 0 && Number.isFinite(halfLife)))
    throw call.refuse(`${name}: --half-life expects a number above 0, and got ${halfLife}`)
  // Spark: exp(ln 0.5 / halfLife).
  return halfLife === undefined ? decay : Math.exp(Math.log(0.5) / halfLife)
}

/** Return a flag of numbers divided by commas. */
export function numbersOf(call: OperatorCall, flag: string): readonly number[] | undefined {
  return listsOf(call, flag)?.[0]
}

/** Return a flag of lists divided by semicolons, of numbers divided by commas. */
export function listsOf(call: OperatorCall, flag: string): FloatLists | undefined {
  const text = call.value(flag) as string | undefined
  if (text === undefined) return undefined
  const lists = text
    .split(';')
    .map((list) => list.split(',').map((number) => (number.trim() === '' ? Number.NaN : Number(number))))
  const [first = []] = lists
  if (lists.some((list) => list.length !== first.length || !list.every(Number.isFinite)))
    throw call.refuse(
      `${stageOf(call)}: --${flag} expects numbers, and got ${text}`,
      'Numbers are divided by commas, points by semicolons, such as 0,0;5,5.',
    )
  return lists
}

/** Return the linear model that a stage's flags ask for. */
export function linearModelOf(call: OperatorCall, kind: LinearOptions['kind']): LinearModel {
  const name = stageOf(call)
  const fraction = positiveOf(call, 'mini-batch-fraction')
  if (fraction > 1) throw call.refuse(`${name}: --mini-batch-fraction expects at most 1, and got ${fraction}`)
  const regParam = call.number('reg-param')
  if (!(regParam >= 0)) throw call.refuse(`${name}: --reg-param expects 0 or more, and got ${regParam}`)
  const weights = numbersOf(call, 'initial-weights')
  const dimensions = call.value('dimensions') as number | undefined
  if (dimensions !== undefined && weights !== undefined && weights.length !== dimensions)
    throw call.refuse(
      `${name}: --initial-weights has ${weights.length} weights, and --dimensions is ${dimensions}`,
    )
  const initialWeights =
    weights ?? (dimensions === undefined ? undefined : Array.from({ length: dimensions }, () => 0))
  const decay = decayOf(call)
  return new LinearModel({
    kind,
    stepSize: positiveOf(call, 'step-size'),
    numIterations: positiveOf(call, 'iterations'),
    miniBatchFraction: fraction,
    convergenceTolerance: call.number('convergence-tolerance'),
    regParam,
    penalty: call.string('penalty') as Penalty,
    ...(decay === undefined ? {} : { decay }),
    ...(initialWeights === undefined ? {} : { initialWeights }),
  })
}

/** Return the name of the stage. */
export function stageOf({ label }: OperatorCall): string {
  return label.split(' ', 1)[0] as string
}

/** Return a flag's number, which is to be above 0, or 0 where that is allowed. */
export function positiveOf(call: OperatorCall, flag: string, mayBeZero = false): number {
  const value = call.number(flag)
  if (!(value > 0 || (mayBeZero && value === 0)) || !Number.isFinite(value))
    throw call.refuse(
      `${stageOf(call)}: --${flag} expects a number ${mayBeZero ? 'of 0 or more' : 'above 0'}, and got ${value}`,
    )
  return value
}
