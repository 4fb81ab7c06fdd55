import type { FunctionRole } from '../../functions/record.ts'
import type { Shape } from './shape.ts'

/**
 * Where the function of an argument stands. Beside the roles of built-ins: `update`, which makes the next state of a key of
 * a batch's values, and `mapping`, which is given each value with the state. Built-in reducers stand there too.
 */
export type ArgumentRole = FunctionRole | 'update' | 'mapping'

/** Return the role that a built-in function must have to stand in a position. */
export function builtInRole(role: ArgumentRole): FunctionRole {
  return role === 'update' || role === 'mapping' ? 'reduce' : role
}

/**
 * What a word of the command line, or an argument of a method, can be: `value` is what only a program can pass, `branch` is
 * stages in brackets that have the stream which comes in.
 */
export type ArgumentType =
  | 'function'
  | 'integer'
  | 'number'
  | 'duration'
  | 'string'
  | 'stream'
  | 'branch'
  | 'value'

/** One positional argument of a command. */
export interface ArgumentRecord {
  /** Lower case words joined by hyphens; the help shows it in capitals. */
  readonly name: string
  readonly type: ArgumentType
  /** One phrase without a full stop. */
  readonly summary: string
  readonly required: boolean
  /** Takes every following word up to the next command; only the last argument may. */
  readonly variadic?: boolean
  /** What stands when the word is absent; shown in the help. For a function, as it would be typed. */
  readonly default?: string | number
  /** For functions: the position they stand in. */
  readonly role?: ArgumentRole
  /** For functions without a role: no built-in can stand here. The operator calls it as it likes, and guards it. */
  readonly own?: true
  /** For functions: a word that names none is the path of a field, as behind `field:`. */
  readonly isPath?: true
  /** For durations: it is a multiple of the slide of the stage's input; one called `slide` is then the stage's own. */
  readonly ofSlide?: true
}

/** One `--flag` of a command. A boolean flag takes no value. */
export interface FlagRecord {
  readonly name: string
  readonly char?: string
  readonly type: 'boolean' | 'integer' | 'number' | 'duration' | 'bytes' | 'string' | 'function' | 'value'
  readonly summary: string
  readonly default?: string | number
  /** What stands where the flag is there and no number behind it: its value may be left out. */
  readonly implied?: string
  readonly options?: readonly string[]
  readonly role?: ArgumentRole
  /** As of an argument. */
  readonly own?: true
  /** May be given several times: the value is a list. */
  readonly multiple?: boolean
  /** A number of partitions, in whose place a program may pass a partitioner. */
  readonly partitions?: true
}

/**
 * One case of an operator, as data: the stages as they stand in a shell, batches in, batches out.
 * `with` gives the second stream of a join or a union, written `[ with ]` in `chain`.
 */
export interface ExampleRecord {
  /** The words after `dstream`, from this operator on (other operators may stand around it). */
  readonly chain: string
  /** Elements of each batch. */
  readonly in: readonly (readonly unknown[])[]
  /** Elements of each batch of the second stream, where `chain` has `[ with ]`. */
  readonly with?: readonly (readonly unknown[])[]
  /** Elements of each batch that comes out; `null` where no batch comes out at that time. */
  readonly out: readonly (readonly unknown[] | null)[]
  /** At the end of input more comes out than stands here. */
  readonly endsEarly?: true
}

/** What sources, operators and outputs have in common: the record from which all that users see is made. */
export interface CommandRecord {
  /** Kebab case; the subcommand. Its camelCase is the DStream method and an alias of the subcommand. */
  readonly name: string
  readonly aliases?: readonly string[]
  /** For the API only: no subcommand. */
  readonly internal?: true
  /** One sentence, with a full stop. Operators: "Return a new stream …" is said in the API; here the imperative. */
  readonly summary: string
  /** More sentences for the help and the reference page. */
  readonly description?: string
  readonly arguments: readonly ArgumentRecord[]
  readonly flags: readonly FlagRecord[]
}

/** The arguments and flags of one stage of a plan, resolved: functions are callable, durations are milliseconds. */
export interface Call {
  /** The stage's words, for errors: `map 'l => l.x'`. */
  readonly label: string
  /** What the elements that come in are in Spark, where it is known. */
  readonly shape?: Shape | undefined
  /** Value of an argument or a flag by its record's name; undefined where absent and without default. */
  readonly value: (name: string) => unknown
  readonly string: (name: string) => string
  /** Also for numbers, durations (milliseconds) and bytes. */
  readonly number: (name: string) => number
  readonly boolean: (name: string) => boolean
  readonly strings: (name: string) => readonly string[]
  /** Return the error of a stage that cannot run as it was written, to be thrown: it stands under the stage's word. */
  readonly refuse: (message: string, hint?: string) => Error
}
