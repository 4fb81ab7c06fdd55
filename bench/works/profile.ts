/** Where dstream's time goes, as V8's sampling profiler sees it; `--profile` asks for it alone. */
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { textInput } from '../inputs.ts'
import { run } from '../measure.ts'
import { type Section, table, type Work } from '../section.ts'
import { DSTREAM, dataFolder, type Settings } from '../settings.ts'

interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string }
  }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

const ROWS = 12

function nameOf({ functionName, url }: CpuProfile['nodes'][number]['callFrame']): string {
  if (functionName === '(program)') return 'native code: system calls, V8'
  if (functionName.startsWith('(')) return functionName.slice(1, -1)
  const name = functionName === '' ? 'anonymous' : functionName
  if (url.startsWith('wasm:')) return `\`${name}\`, WebAssembly`
  return `\`${name}\`, ${url.startsWith('node:') ? url : basename(url)}`
}

/** Milliseconds by function, without idle time. */
function selfTimes(profile: CpuProfile): Map<string, number> {
  const names = new Map(profile.nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]))
  const times = new Map<string, number>()
  profile.samples.forEach((id, i) => {
    const name = names.get(id) ?? ''
    if (name !== 'idle' && name !== 'root')
      times.set(name, (times.get(name) ?? 0) + (profile.timeDeltas[i] ?? 0) / 1000)
  })
  return times
}

function measure(settings: Settings): Section {
  const { path, bytes } = textInput(settings.text)
  const parts: string[] = []
  for (const master of ['local[1]', 'local[2]']) {
    const folder = dataFolder(`profiles-${master.replace(/\W/g, '')}`)
    for (const name of readdirSync(folder)) rmSync(join(folder, name))
    const words = ['--master', master, '--interval', '24h', 'flatmap', 'split', 'reduce-by-key', 'emit']
    const command = [process.execPath, '--cpu-prof', `--cpu-prof-dir=${folder}`, DSTREAM, ...words]
    const found = run(command, { way: 'pipe', path, repeat: 5 }, settings.limit)
    if (found.code !== 0) throw new Error(`dstream ended with ${found.code}: ${found.stderr}`)
    const threads = readdirSync(folder)
      .filter((name) => name.endsWith('.cpuprofile'))
      .map((name) => selfTimes(JSON.parse(readFileSync(join(folder, name), 'utf8')) as CpuProfile))
    const all = new Map<string, number>()
    for (const thread of threads)
      for (const [name, time] of thread) all.set(name, (all.get(name) ?? 0) + time)
    const total = [...all.values()].reduce((a, b) => a + b, 0)
    const rows = [...all]
      .sort(([, a], [, b]) => b - a)
      .slice(0, ROWS)
      .map(([name, time]) => [name, time.toFixed(0), `${((time / total) * 100).toFixed(1)} %`])
    parts.push(
      `${master}: wall ${found.wall.toFixed(2)} s, user ${found.user.toFixed(2)} s, system ${found.system.toFixed(2)} s; ${threads.length} threads that left a profile.`,
      table(['self time of', 'ms', 'share'], rows),
    )
  }
  return {
    title: 'Where the time goes',
    text: [
      `Word count of a pipe, ${((bytes * 5) / 1e6).toFixed(0)} MB, under V8's sampling profiler, which costs a little itself.`,
      ...parts,
    ].join('\n\n'),
    goals: [],
  }
}

/** Self times of functions. */
export const profile: Work = {
  name: 'profile',
  summary: "where dstream's time goes, by V8's profiler",
  measure,
}
