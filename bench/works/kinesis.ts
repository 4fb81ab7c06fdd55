/** Records of a stream of a local server: dstream, and a loop over the SDK. */
import { join } from 'node:path'
import { installServers, KEYS, realKinesis } from '../../test/support/real/kinesis.ts'
import { median, run } from '../measure.ts'
import { atLeast, type Section, table, type Work } from '../section.ts'
import { BENCH, DSTREAM, type Settings } from '../settings.ts'

const STREAM = 'records'
const SHARDS = 2
const RECORD_BYTES = 100

interface Contender {
  readonly name: string
  readonly command: (endpoint: string) => readonly string[]
}

const ends = [
  '--from',
  'trim-horizon',
  '--until',
  'now',
  '--interval',
  '1s',
  'count',
  'reduce',
  'sum',
  'emit',
]
const CONTENDERS: readonly Contender[] = [
  {
    name: 'dstream',
    command: (url) => [process.execPath, DSTREAM, 'kinesis', STREAM, '--endpoint', url, ...ends],
  },
  {
    name: 'a loop over the SDK',
    command: (url) => [process.execPath, join(BENCH, 'engine/kinesis-bare.mjs'), url, STREAM],
  },
]

function totalOf(stdout: string): number {
  return stdout.split('\n').reduce((sum, line) => sum + Number(line.split('\t')[0]), 0)
}

async function measure({ quick, pairs, limit }: Settings): Promise<Section> {
  if (!(await installServers())) throw new Error('no server of Kinesis can be had here')
  const count = quick ? 20_000 : 200_000
  Object.assign(process.env, KEYS)
  const server = await realKinesis()
  const found = new Map<string, number[]>(CONTENDERS.map(({ name }) => [name, []]))
  try {
    await server.create(STREAM, SHARDS)
    const records = Array.from({ length: count }, (_, index) => ({
      data: String(index).padEnd(RECORD_BYTES, '.'),
      key: String(index),
    }))
    await server.put(STREAM, records)
    for (let round = 0; round < Math.min(pairs, 5); round += 1) {
      for (const { name, command } of CONTENDERS) {
        const ran = run(command(server.url), { way: 'none', path: '' }, limit)
        const counted = totalOf(ran.stdout)
        if (ran.code !== 0 || counted !== count)
          throw new Error(`${name} ended with ${ran.code}, ${counted} of ${count}: ${ran.stderr}`)
        found.get(name)?.push(ran.wall)
        console.error(
          `  ${name}: ${ran.wall.toFixed(2)} s, ${(ran.user + ran.system).toFixed(2)} s of processor`,
        )
      }
    }
  } finally {
    await server.remove()
  }
  const [ours, bare] = [...found.values()].map(median) as [number, number]
  const rows = [...found].map(([name, seconds]) => [
    name,
    median(seconds).toFixed(2),
    Math.round(count / median(seconds)).toLocaleString('en'),
  ])
  return {
    title: 'Kinesis: records of a stream',
    text: `${count.toLocaleString('en')} records of ${RECORD_BYTES} bytes in ${SHARDS} shards of kinesalite on the same machine, read from the start to the
end; the times are those of whole processes. The server works on the same two cores, and takes most of the time.

${table(['', 'seconds', 'records/s'], rows)}`,
    goals: [atLeast('Kinesis: as fast as a loop over the SDK, at least 0.9 ×', bare / ours, 0.9)],
  }
}

/** `npm run bench -- kinesis`. */
export const kinesis: Work = {
  name: 'kinesis',
  summary: 'records of a stream, against a loop over the SDK',
  measure,
}
