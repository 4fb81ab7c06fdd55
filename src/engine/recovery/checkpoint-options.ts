/** How a pipeline is made recoverable. */
export interface CheckpointOptions {
  readonly directory: string
  /** The pipeline as it was written. */
  readonly line?: readonly string[]
  /** Milliseconds between snapshots, at least; 10 s where absent. */
  readonly interval?: number
  /** Begin anew where the directory cannot be read. */
  readonly createOnError?: boolean
  /** Asked where the pipeline has changed, with what becomes of what its stages kept; false ends the run. */
  readonly confirm?: (changes: readonly string[]) => boolean | Promise<boolean>
}
