/**
 * `npm run bench`: compares dstream with its peers and writes docs/performance.md. `npm run bench -- NAME…` measures
 * these works only and keeps what was found of the others; `-- --quick` shows within minutes whether all works;
 * `-- report` measures nothing. Start it on a quiet machine, after `npm run bench:setup`.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { report } from './report.ts'
import { keep, kept, type Work } from './section.ts'
import { BENCH, settingsOf } from './settings.ts'
import { bounds } from './works/bounds.ts'
import { comparisons } from './works/comparisons.ts'
import { databases } from './works/databases.ts'
import { flume } from './works/flume.ts'
import { kafka } from './works/kafka.ts'
import { kinesis } from './works/kinesis.ts'
import { learning } from './works/learning.ts'
import { memory } from './works/memory.ts'
import { page } from './works/page.ts'
import { profile } from './works/profile.ts'
import { rate } from './works/rate.ts'
import { state } from './works/state.ts'
import { window } from './works/window.ts'

const works: readonly Work[] = [
  ...comparisons,
  window,
  state,
  rate,
  memory,
  bounds,
  flume,
  kafka,
  kinesis,
  databases,
  learning,
  page,
  profile,
]

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    pairs: { type: 'string' },
    profile: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
  },
})
const settings = settingsOf(values.quick, values.pairs === undefined ? undefined : Number(values.pairs))
const asked = values.profile ? [...positionals, 'profile'] : positionals
const unknown = asked.filter((name) => name !== 'report' && !works.some((work) => work.name === name))

if (values.list || unknown.length > 0) {
  if (unknown.length > 0) console.error(`no work is called ${unknown.join(', ')}`)
  for (const { name, summary } of works) console.log(`${name.padEnd(16)}${summary}`)
  process.exitCode = unknown.length > 0 ? 2 : 0
} else {
  // Its own programs are built when they are missing or old; other people's are left to `npm run bench:setup`.
  const own = ['feed', 'bounds', 'limit', 'limit-simd']
  const built = spawnSync(join(BENCH, 'setup.sh'), own, { stdio: ['ignore', 'ignore', 'inherit'] })
  if (built.status !== 0) throw new Error('bench/native cannot be built: see bench/.contenders/logs')
  const chosen = asked.length === 0 ? works : works.filter(({ name }) => asked.includes(name))
  for (const work of chosen) {
    console.error(`${work.name}: ${work.summary}`)
    const section = await work.measure(settings)
    keep(work.name, section, settings)
    console.log(`\n## ${section.title}\n\n${section.text}\n`)
    for (const { goal, found, holds } of section.goals) {
      console.log(`${holds === undefined ? '?' : holds ? 'holds' : 'FAILS'}  ${goal}: ${found}`)
    }
  }
  const sections = kept(settings)
  const missing = report(works, sections, settings)
  if (missing.length > 0) console.error(`not measured yet: ${missing.join(', ')}`)
  if (chosen.some(({ name }) => sections.get(name)?.goals.some(({ holds }) => holds === false)))
    process.exitCode = 1
}
