/** Kills the process, for real, and compares every result with the unbroken run: rows F1, F3, F5, F7 and F8. */
import tap, { type Test } from 'tap'
import { KILLED_PIPELINES, type KilledSource, killAndResume, killedLines } from './support/kill.ts'

/** `npm run test:kill` sets more. */
const ROUNDS = Number(process.env.DSTREAM_KILL_ROUNDS ?? 1)
const SEED = Number(process.env.DSTREAM_KILL_SEED ?? Math.floor(Math.random() * 2 ** 31))
/** Without it, each pipeline is killed from `text`, and each other source with one of them, which the seed chooses. */
const HAS_ALL = process.env.DSTREAM_KILL_ROUNDS !== undefined
/** Of each pipeline in each round. */
const KILLS = 3

let state = SEED
const random = (): number => {
  state = (Math.imul(state, 1103515245) + 12345) >>> 0
  return state / 2 ** 32
}

const ALL = Object.entries(KILLED_PIPELINES)
const TIMED = [
  'event-time',
  'l => Number(l.split(" ")[0])',
  '--unit',
  's',
  'map',
  'l => [l.split(" ")[1], 1]',
]
const SOURCES: readonly KilledSource[] = ['text', 'stdin', 'socket', 'listen', 'tail']
const EVENT_TIME = ['tumbling-window', 'session-window', 'sliding-window']
/** One of them alone, where it is named. */
const ONLY = process.env.DSTREAM_KILL_SOURCE
const table: { source: string; pipeline: string; kills: number; rounds: number; differences: number }[] = []

tap.setTimeout(7_200_000)

const isAsked = (source: KilledSource): boolean => ONLY === undefined || ONLY === source

/** Return all of them, or a few that the seed chooses. */
function chosen<T>(all: readonly T[], count: number): readonly T[] {
  const start = Math.floor(random() * all.length)
  return HAS_ALL ? all : [...all.slice(start), ...all.slice(0, start)].slice(0, count)
}

async function killed(
  t: Test,
  source: KilledSource,
  pipeline: string,
  stages: readonly string[],
  line: (text: string, index: number) => string = (text) => text,
): Promise<void> {
  const row = { source, pipeline, kills: 0, rounds: 0, differences: 0 }
  table.push(row)
  for (let round = 0; round < ROUNDS; round++) {
    const lines = killedLines(SEED + round, 1500).map(line)
    const found = await killAndResume(source, stages, lines, KILLS, random)
    row.kills += found.kills
    row.rounds += found.rounds
    row.differences += found.differences.length
    t.strictSame(found.differences, [], `seed ${SEED}, round ${round}\n${found.stderr}`)
  }
}

for (const source of SOURCES.filter(isAsked)) {
  for (const [name, stages] of source === 'text' ? ALL : chosen(ALL, 1)) {
    tap.test(
      `F1 F5 F7 F8 asks-18 asks-19 ${name} from ${source}, killed and started again, gives what an unbroken run gives`,
      (t) => killed(t, source, name, stages),
    )
  }
}

for (const name of isAsked('text') ? chosen(EVENT_TIME, 2) : []) {
  tap.test(
    `F1 asks-18 asks-19 ${name} of event time, killed and started again, gives what an unbroken run gives`,
    (t) => {
      const lengths = name === 'sliding-window' ? ['10s', '5s'] : ['10s']
      return killed(t, 'text', name, [...TIMED, name, ...lengths, 'sum'], (text, index) => `${index} ${text}`)
    },
  )
}

// Files come by the clock: what is compared is every line that comes out, in whichever batch.
for (const [name, stages] of isAsked('files')
  ? ([
      ['lines', ['map', 'l => l + "!"']],
      ['running number of each line', ['map', 'l => [l, 1]', 'map-with-state', 'sum']],
    ] as const)
  : []) {
  tap.test(`F1 F3 F8 ${name} from files, killed and started again, gives what an unbroken run gives`, (t) =>
    killed(t, 'files', name, stages),
  )
}

tap.test('F1 there were kills', async (t) => {
  for (const { source, pipeline, kills, rounds, differences } of table)
    t.comment(`${source}\t${pipeline}\t${kills} kills\t${rounds} rounds\t${differences} differences`)
  const kills = table.reduce((sum, row) => sum + row.kills, 0)
  const differences = table.reduce((sum, row) => sum + row.differences, 0)
  t.comment(`${kills} kills, ${table.length} pipelines, ${differences} differences, seed ${SEED}`)
  t.equal(kills, table.length * ROUNDS * KILLS)
  t.ok(ONLY !== undefined || kills >= ROUNDS * 40, `${kills} kills`)
})
