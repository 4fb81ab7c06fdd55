/** Events of a real Flume agent: dstream, and a receiver that does nothing but answer. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  Agent,
  agentSources,
  avroSink,
  channel,
  freePort,
  installFlume,
} from '../../test/support/real/flume.ts'
import { median } from '../measure.ts'
import { atLeast, type Section, table, type Work } from '../section.ts'
import { BENCH, DSTREAM, type Settings } from '../settings.ts'

const CONTENDERS: Readonly<Record<string, (port: string) => readonly string[]>> = {
  dstream: (port) => [DSTREAM, 'flume', port, '--interval', '100ms', 'count', 'emit'],
  'bare avsc receiver': (port) => [join(BENCH, 'engine/flume-bare.mjs'), port],
}

/** Return the events a second of one contender: both tell ten times a second how many have come. */
async function attempt(command: readonly string[], port: string, events: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'dstream-flume-'))
  const ends: (() => unknown)[] = []
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] })
  const sources = agentSources({ s: { type: 'seq', totalEvents: events, batchSize: 500 } })
  const sink = avroSink(port, { 'batch-size': 500 })
  const agent = new Agent({ teardown: (end) => void ends.push(end) }, folder, sources + channel() + sink)
  try {
    let [counted, began] = [0, 0]
    const all = new Promise<number>((resolve, reject) => {
      child.on('close', (code) => reject(new Error(`ended with ${code} after ${counted} events`)))
      child.stdout.on('data', (text: Buffer) => {
        const before = counted
        for (const line of text.toString().split('\n')) counted += Number(line)
        if (before === 0 && counted > 0) began = performance.now()
        if (counted >= events) resolve(performance.now() - began)
      })
    })
    await agent.start()
    const milliseconds = await all
    if (counted !== events) throw new Error(`counted ${counted} events, not ${events}`)
    return events / (milliseconds / 1000)
  } finally {
    child.removeAllListeners('close')
    child.kill('SIGKILL')
    for (const end of ends) await end()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function measure({ quick, pairs }: Settings): Promise<Section> {
  await installFlume()
  const events = quick ? 1_000_000 : 5_000_000
  const found = new Map<string, number[]>(Object.keys(CONTENDERS).map((name) => [name, []]))
  for (let round = 0; round < Math.min(pairs, 5); round += 1) {
    for (const [name, commandOf] of Object.entries(CONTENDERS)) {
      const port = String(await freePort())
      const rate = await attempt(commandOf(port), port, events)
      console.error(`  ${name}: ${Math.round(rate).toLocaleString('en')} events/s`)
      found.get(name)?.push(rate)
    }
  }
  const [ours, bare] = [...found.values()].map(median) as [number, number]
  const rows = [...found].map(([name, rates]) => [name, Math.round(median(rates)).toLocaleString('en')])
  return {
    title: 'Flume: events from a real agent',
    text: `${events.toLocaleString('en')} events of the source \`seq\`, in batches of 500, from a Flume 1.11.0 agent on the same
machine by its avro sink. The bare receiver answers and counts, and does nothing else.

${table(['', 'events/s'], rows)}`,
    goals: [atLeast('Flume: events a second against the bare receiver, at least 0.9 ×', ours / bare, 0.9)],
  }
}

/** `npm run bench -- flume`. */
export const flume: Work = {
  name: 'flume',
  summary: 'events from a Flume agent, against a bare receiver',
  measure,
}
