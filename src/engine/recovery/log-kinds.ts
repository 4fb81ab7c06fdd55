/** The records of a log. */
export const LOG = {
  /** A block of a source. */
  block: 1,
  /** Where a source that can be read anew stood: its elements are not in the log. */
  position: 2,
  /** The end of a batch. */
  cut: 3,
  /** The outputs have the batch. */
  done: 4,
} as const

/** The records of a snapshot. */
export const SNAPSHOT = {
  /** What it is of, as JSON. */
  header: 16,
  /** What one stage keeps. */
  stage: 17,
  /** The snapshot is whole. */
  end: 18,
} as const
