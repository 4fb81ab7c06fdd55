import type { RunningContext } from '../engine/scheduler/running-context.ts'

export function startProgress(_running: RunningContext): { hide(): void; stop(): void } {
  return { hide: () => {}, stop: () => {} }
}
