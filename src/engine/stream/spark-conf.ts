/**
 * Keys and values of a context (Spark: `org.apache.spark.SparkConf`): `new SparkConf().setAppName('Count')`. Values are
 * checked when a context is made of it.
 */
export class SparkConf {
  readonly #values = new Map<string, string>()

  /** Set a key, and return this configuration. */
  set(key: string, value: string | number | boolean): this {
    this.#values.set(key, String(value))
    return this
  }

  /** Set a key where it is not set, and return this configuration. */
  setIfMissing(key: string, value: string | number | boolean): this {
    return this.contains(key) ? this : this.set(key, value)
  }

  /** Set `spark.master`: `local[N]`. */
  setMaster(master: string): this {
    return this.set('spark.master', master)
  }

  /** Set `spark.app.name`. */
  setAppName(name: string): this {
    return this.set('spark.app.name', name)
  }

  /** Forget a key, and return this configuration. */
  remove(key: string): this {
    this.#values.delete(key)
    return this
  }

  /** Return true where a key is set. */
  contains(key: string): boolean {
    return this.#values.has(key)
  }

  /** Return the value of a key, or `standard`. Throws RangeError where there is neither. */
  get(key: string, standard?: string): string {
    const value = this.#values.get(key) ?? standard
    if (value === undefined) throw new RangeError(`${key} is not set`)
    return value
  }

  /** Return every key with its value. */
  getAll(): [key: string, value: string][] {
    return [...this.#values]
  }
}
