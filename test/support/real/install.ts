import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Test files run side by side, and those who install things keep others out. */
const LOCK = join(tmpdir(), 'dstream-install.lock')

/** Run what installs something, alone of its kind on this machine. */
export async function runAlone(
  program: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<void> {
  const settings = { ...options, maxBuffer: 1 << 26 }
  try {
    await run('flock', [LOCK, program, ...args], settings)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    await run(program, [...args], settings)
  }
}

/** Return true where the program is there, or could be installed as a package of Debian. */
export async function hasProgram(program: string, debianPackage: string): Promise<boolean> {
  if (await isThere(program)) return true
  if (process.getuid?.() !== 0) return false
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  try {
    await runAlone('apt-get', ['update', '-qq'], { env })
    await runAlone('apt-get', ['install', '-y', '-qq', '--no-install-recommends', debianPackage], { env })
  } catch {
    return false
  }
  return isThere(program)
}

async function isThere(program: string): Promise<boolean> {
  return run('sh', ['-c', `command -v ${program}`]).then(
    () => true,
    () => false,
  )
}

/** Install something into a folder, unless that has been done to its end. */
export async function installOnce(folder: string, install: () => Promise<void>): Promise<void> {
  const complete = join(folder, 'complete')
  if (existsSync(complete)) return
  mkdirSync(folder, { recursive: true })
  await install()
  writeFileSync(complete, '')
}

/** Run a goal of Maven in a folder, once; false where there is no Java or Maven. */
export async function installByMaven(folder: string, goal: readonly string[]): Promise<boolean> {
  if (!(await hasProgram('java', 'openjdk-17-jre-headless')) || !(await hasProgram('mvn', 'maven')))
    return false
  await installOnce(folder, () => runAlone('mvn', ['-q', '-B', ...goal], { cwd: folder }))
  return true
}
