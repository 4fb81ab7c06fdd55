import type { ArgumentRecord, CommandRecord, FlagRecord } from '../../engine/plan/record.ts'
import type { FunctionRecord } from '../../functions/record.ts'

/** Return a stage as a usage line writes it: `window LENGTH [SLIDE]`, `text FILE...`, `join [ STREAM ]`. */
export function usageWords(record: CommandRecord): string {
  return [record.name, ...record.arguments.map(argumentWord)].join(' ')
}

/** Return an argument as a usage line writes it: in capitals, in brackets where it may be missing. */
export function argumentWord(argument: ArgumentRecord): string {
  if (argument.type === 'stream' || argument.type === 'branch') return `[ ${argument.type.toUpperCase()} ]`
  const word = `${argument.name.toUpperCase()}${argument.variadic === true ? '...' : ''}`
  return argument.required ? word : `[${word}]`
}

/** Return a flag as a list of flags writes it: `-i, --interval DURATION`. */
export function flagWord(flag: FlagRecord): string {
  const char = flag.char === undefined ? '    ' : `-${flag.char}, `
  if (flag.type === 'boolean') return `${char}--${flag.name}`
  const value = flag.options !== undefined || flag.type === 'string' ? flag.name.split('-').at(-1) : flag.type
  const word = (value ?? 'value').toUpperCase()
  if (flag.implied !== undefined) return `${char}--${flag.name} [PORT]`
  return `${char}--${flag.name} ${word}`
}

/** Return what a flag does, its choices and its default. */
export function flagText(flag: FlagRecord): string {
  return withNotes(flag.summary, [
    ...(flag.options === undefined ? [] : [flag.options.join('|')]),
    ...(flag.multiple === true ? ['may be repeated'] : []),
    ...(flag.default === undefined ? [] : [`default: ${flag.default}`]),
  ])
}

/** Return what an argument is, its default, and how a function is written that no built-in can be. */
export function argumentText(argument: ArgumentRecord): string {
  return withNotes(argument.summary, [
    ...(argument.own === true ? ["an arrow, or a module's export, ./my.ts#name"] : []),
    ...(argument.default === undefined ? [] : [`default: ${argument.default}`]),
  ])
}

/** Return a function as it is called: `lower`, `take:N`, `split[:SEP]`. */
export function functionCall({ name, parameter }: FunctionRecord): string {
  if (parameter === undefined) return name
  return parameter.required ? `${name}:${parameter.name}` : `${name}[:${parameter.name}]`
}

function withNotes(text: string, notes: readonly string[]): string {
  return notes.length === 0 ? text : `${text} [${notes.join('; ')}]`
}
