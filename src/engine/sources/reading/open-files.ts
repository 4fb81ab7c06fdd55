/** Files that are left for everything but connections: outputs, checkpoints, threads. */
const RESERVED = 32

/** Return how many connections this process may have before the system refuses to open another file. */
export function connectionsAllowed(): number {
  const report = process.report.getReport() as { userLimits?: { open_files?: { soft?: unknown } } }
  const limit = report.userLimits?.open_files?.soft
  // `unlimited`, or a system that tells none.
  return typeof limit === 'number' ? Math.max(1, limit - RESERVED) : Number.POSITIVE_INFINITY
}
