/** An event of Flume: its headers, and its body as text. Spark: `SparkFlumeEvent`. */
export interface SparkFlumeEvent {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}
