// Written by `npm run generate` from the records in this folder; do not edit.
import { bytesSource } from './bytes.ts'
import { demoSource } from './demo.ts'
import { filesSource } from './files.ts'
import { listenSource } from './listen.ts'
import { queueSource } from './queue.ts'
import { rateSource } from './rate.ts'
import type { SourceRecord } from './record.ts'
import { socketSource } from './socket.ts'
import { stdinSource } from './stdin.ts'
import { tableSource } from './table.ts'
import { tailSource } from './tail.ts'
import { textSource } from './text.ts'

/** Every record of `sources/`, in order of its name. */
export const sources: readonly SourceRecord[] = [
  bytesSource,
  demoSource,
  filesSource,
  listenSource,
  queueSource,
  rateSource,
  socketSource,
  stdinSource,
  tableSource,
  tailSource,
  textSource,
]
