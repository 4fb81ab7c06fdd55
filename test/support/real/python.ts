import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { installOnce } from './install.ts'
import { SERVERS } from './kafka.ts'

const run = promisify(execFile)

/** Return the folder of an environment of Python with a package of PyPI, installed where it is missing; undefined where it cannot be. */
export async function pythonEnvironment(name: string, requirement: string): Promise<string | undefined> {
  const environment = join(SERVERS, name)
  try {
    await installOnce(environment, async () => {
      await run('python3', ['-m', 'venv', '--clear', environment])
      await run(join(environment, 'bin/pip'), ['install', '-q', requirement])
    })
    return environment
  } catch {
    return undefined
  }
}
