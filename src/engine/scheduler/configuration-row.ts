/** How the value of a key is written; a duration without a unit counts in the unit that is named. */
export type ConfigurationType = 'boolean' | 'integer' | 'number' | 'ms' | 's' | 'string'

/** One key of the configuration. */
export interface ConfigurationKey {
  /** The key behind `spark.streaming.`. */
  readonly name: string
  readonly type: ConfigurationType
  /** What stands in Spark where the key is absent, as it would be written. */
  readonly default: string
  /** One phrase without a full stop. */
  readonly summary: string
  /** `works`; `later`: accepted, and of no effect until its part is built; `none`: nothing here to which it could apply. */
  readonly effect: 'works' | 'later' | 'none'
  /** What dstream does with it, one phrase. */
  readonly here: string
}

/** A key, as a row of the table. */
export type Row = readonly [
  name: string,
  type: ConfigurationType,
  standard: string,
  summary: string,
  effect: ConfigurationKey['effect'],
  here: string,
]
