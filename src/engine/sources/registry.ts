// Written by `npm run generate` from the records in this folder; do not edit.
import { bytesSource } from './bytes.ts'
import { demoSource } from './demo.ts'
import { fileStreamSource } from './file-stream.ts'
import { filesSource } from './files.ts'
import { flumePollingSource } from './flume-polling.ts'
import { flumeSource } from './flume.ts'
import { httpSource } from './http.ts'
import { kafkaDirectSource } from './kafka-direct.ts'
import { kafkaSource } from './kafka.ts'
import { kinesisSource } from './kinesis.ts'
import { listenSource } from './listen.ts'
import { mqttSource } from './mqtt.ts'
import { queueSource } from './queue.ts'
import { rateSource } from './rate.ts'
import { receiverStreamSource } from './receiver-stream.ts'
import { receiverSource } from './receiver.ts'
import type { SourceRecord } from './record.ts'
import { recordedSource } from './recorded.ts'
import { replaySource } from './replay.ts'
import { socketSource } from './socket.ts'
import { sseSource } from './sse.ts'
import { stdinSource } from './stdin.ts'
import { tableSource } from './table.ts'
import { tailSource } from './tail.ts'
import { textSource } from './text.ts'
import { websocketSource } from './websocket.ts'

/** Every record of `sources/`, in order of its name. */
export const sources: readonly SourceRecord[] = [
  bytesSource,
  demoSource,
  fileStreamSource,
  filesSource,
  flumeSource,
  flumePollingSource,
  httpSource,
  kafkaSource,
  kafkaDirectSource,
  kinesisSource,
  listenSource,
  mqttSource,
  queueSource,
  rateSource,
  receiverSource,
  receiverStreamSource,
  recordedSource,
  replaySource,
  socketSource,
  sseSource,
  stdinSource,
  tableSource,
  tailSource,
  textSource,
  websocketSource,
]
