import { spawn } from 'node:child_process'
import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  realpathSync,
  writeFileSync,
} from 'node:fs'
import { constants as osConstants } from 'node:os'
import { delimiter, dirname, extname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { FED_PIPE } from '../../engine/scheduler/replay.ts'

/** How a script is run under test. */
export interface ScriptRun {
  readonly script: string
  readonly args: readonly string[]
  /** A folder of this test alone. */
  readonly folder: string
  /** The file of what is fed, for every dstream of the script. */
  readonly feeds: string
  /** The file that standard output is. */
  readonly output: string
  /** Programs of the script that do no more than mark their pipe as one that is fed. */
  readonly replace: readonly string[]
  /** Milliseconds after which the script is ended. */
  readonly timeout: number
}

/** How a script has ended. */
export type ScriptEnd = { readonly code: number } | 'late'

/** Run a script to its end, with the dstream that runs now as the `dstream` of its path. */
export async function runScript(run: ScriptRun): Promise<ScriptEnd> {
  const path = writePrograms(run)
  const { FORCE_COLOR: _, ...inherited } = process.env
  const env = {
    ...inherited,
    // What a terminal or a place would change about the output is the same everywhere.
    NO_COLOR: '1',
    COLUMNS: '80',
    TZ: 'UTC',
    DSTREAM_TEST: run.feeds,
    PATH: `${path}${delimiter}${process.env.PATH ?? ''}`,
  }
  const [program, ...args] = commandOf(run.script)
  const output = openSync(run.output, 'w')
  try {
    // A group of its own, so that all of its programs can be ended.
    const child = spawn(program, [...args, ...run.args], {
      env,
      stdio: ['ignore', output, 'inherit'],
      detached: true,
    })
    const end = (): void => endGroup(child.pid)
    const onSignal = (signal: NodeJS.Signals): void => {
      end()
      process.exit(128 + osConstants.signals[signal])
    }
    process.on('SIGINT', onSignal)
    process.on('SIGTERM', onSignal)
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      end()
    }, run.timeout)
    try {
      const code = await new Promise<number>((resolve, reject) => {
        child.on('error', reject)
        child.on('close', (code, signal) =>
          resolve(code ?? 128 + (signal === null ? 0 : osConstants.signals[signal])),
        )
      })
      return isLate ? 'late' : { code }
    } finally {
      clearTimeout(timer)
      process.off('SIGINT', onSignal)
      process.off('SIGTERM', onSignal)
    }
  } finally {
    closeSync(output)
  }
}

/** Write the programs that stand first on the path: this dstream, and those that are replaced. */
function writePrograms({ folder, replace }: ScriptRun): string {
  const self = [process.execPath, ...process.execArgv, resolve(process.argv[1] as string)]
  const programs = new Map(replace.map((name) => [name, `printf '%s\\n' ${quoted(FED_PIPE.trimEnd())}`]))
  programs.set('dstream', `exec ${self.map(quoted).join(' ')} "$@"`)
  for (const [name, line] of programs) {
    const file = join(folder, name)
    writeFileSync(file, `#!/bin/sh\n${line}\n`)
    chmodSync(file, 0o755)
  }
  return folder
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`
}

/** A program is run by this Node; a script as its first line says or, where it may not be run, by sh. */
function commandOf(script: string): [string, ...string[]] {
  const path = resolve(script)
  if (/^\.[mc]?[jt]s$/.test(extname(path))) {
    return [process.execPath, ...process.execArgv, ...typeScriptLoader(), path]
  }
  try {
    accessSync(path, constants.X_OK)
    return [path]
  } catch {
    return ['sh', path]
  }
}

/** What lets a Node load TypeScript that cannot by itself. */
function typeScriptLoader(): string[] {
  if ((process.features as { typescript?: unknown }).typescript) return []
  const main = realpathSync(process.argv[1] as string)
  const hooks = join(dirname(main), '../dist/typescript-hooks.js')
  // From the sources, without a build, the loader of the sources is there already.
  if (!existsSync(hooks) || process.execArgv.length > 0) return []
  const code = `import{register}from'node:module';register(${JSON.stringify(pathToFileURL(hooks).href)})`
  return ['--import', `data:text/javascript,${encodeURIComponent(code)}`]
}

function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}
