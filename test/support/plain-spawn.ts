/**
 * Loaded before every test file (`.taprc`): what a test starts runs as a user starts it. tap would load its record of
 * modules into each process, which takes 0.1 s and shows in what the tests measure.
 */
import { createRequire } from 'node:module'

interface ProcessOnSpawn {
  removeAllListeners(): void
}

const processOnSpawn = createRequire(import.meta.url)('process-on-spawn') as ProcessOnSpawn
processOnSpawn.removeAllListeners()
delete process.env.NODE_OPTIONS
