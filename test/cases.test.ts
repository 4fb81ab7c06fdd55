/**
 * Every folder in test/cases/ is a test: `cmd` is a line of shell, run in the folder; `stdin` what it reads; `stdout`,
 * `stderr` and `code` what it must leave. `npm run cases:update` writes the last three, for review with git diff.
 */
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import tap from 'tap'

const cases = fileURLToPath(new URL('./cases', import.meta.url))
const bin = fileURLToPath(new URL('./support/bin', import.meta.url))
const update = process.env.UPDATE_CASES === '1'

interface Left {
  readonly stdout: string
  readonly stderr: string
  readonly code: number | null
}

function run(folder: string): Promise<Left> {
  return new Promise((resolve) => {
    const line = readFileSync(join(folder, 'cmd'), 'utf8')
    const env = {
      PATH: `${bin}${delimiter}${process.env.PATH ?? ''}`,
      HOME: process.env.HOME,
      TZ: 'UTC',
      LC_ALL: 'C.UTF-8',
    }
    const child = spawn('bash', ['--norc', '-c', line], { cwd: folder, env })
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
    child.stdin.on('error', () => {})
    child.stdin.end(existsSync(join(folder, 'stdin')) ? readFileSync(join(folder, 'stdin')) : '')
    child.on('close', (code) =>
      resolve({ stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString(), code }),
    )
  })
}

function expected(folder: string): Left {
  const read = (name: string): string =>
    existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : ''
  return { stdout: read('stdout'), stderr: read('stderr'), code: Number(read('code')) }
}

function write(folder: string, left: Left): void {
  const put = (name: string, text: string): void =>
    text === '' ? rmSync(join(folder, name), { force: true }) : writeFileSync(join(folder, name), text)
  put('stdout', left.stdout)
  put('stderr', left.stderr)
  put('code', left.code === 0 ? '' : `${left.code}\n`)
}

tap.test('every case leaves what its folder says', { jobs: 4 }, (t) => {
  const folders = readdirSync(cases).sort()
  t.ok(folders.length >= 40, `there are cases: ${folders.length}`)
  for (const name of folders) {
    t.test(name, async (t) => {
      const folder = join(cases, name)
      const left = await run(folder)
      if (update) write(folder, left)
      t.strictSame(left, expected(folder), readFileSync(join(folder, 'cmd'), 'utf8').trim())
    })
  }
  t.end()
})
