/** The sources that docs/writing-a-source.md builds are built and run, as they stand there. */
import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import tap, { type Test } from 'tap'
import { dstream } from './support/run.ts'
import { ROOT } from './support/source-files.ts'

const run = promisify(execFile)
const guide = readFileSync(join(ROOT, 'docs/writing-a-source.md'), 'utf8')

/** The block that begins with a comment that is this path. */
function blockOf(path: string): string {
  const [, block] = guide.match(new RegExp(`\`\`\`ts\\n(// ${path}\\n[^]*?)\`\`\``)) ?? []
  if (block === undefined) throw new Error(`the guide has no ${path}`)
  return block
}

function folderWith(t: Test, path: string): string {
  const folder = t.testdir({ 'package.json': '{ "type": "module" }', [path]: blockOf(path) })
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(ROOT, join(folder, 'node_modules/dstream'))
  return folder
}

tap.test('I7.6 C7 the guide’s receiver runs a program, again when it has ended', async (t) => {
  const cwd = folderWith(t, 'program.ts')
  const words = ['receiver', './program.ts#Program', 'seq 2', '--', 'count-by-value', 'emit']
  const ran = await dstream([...words, '--batch-lines', '2', '--batches', '2'], '', { cwd })
  t.equal(ran.code, 0, ran.stderr)
  t.equal(ran.stdout, '1\t1\n2\t1\n'.repeat(2))
  t.match(ran.stderr, 'seq ended with 0')
  const missing = await dstream(['receiver', './program.ts#Program', 'no-such-program', '--', 'emit'], '', {
    cwd,
  })
  t.match(missing.stderr, /no-such-program cannot be started/)
})

tap.test('I7.6 S8 the guide’s reliable receiver removes a file when its lines are safe', async (t) => {
  const cwd = folderWith(t, 'spool.ts')
  mkdirSync(join(cwd, 'spool'))
  for (const name of ['1', '2', '3']) writeFileSync(join(cwd, 'spool', name), `${name}\nx\n`)
  const words = ['receiver', './spool.ts#Spool', '--', 'emit', '--checkpoint', 'log', '--interval', '200ms']
  const ran = await dstream([...words, '--timeout', '2s'], '', { cwd })
  t.equal(ran.code, 0, ran.stderr)
  t.strictSame(ran.stdout.trim().split('\n'), ['1', 'x', '2', 'x', '3', 'x'])
  t.strictSame(readdirSync(join(cwd, 'spool')), [])
})

tap.test('I7.6 the guide’s stage of 30 lines is generated, bundled and run', async (t) => {
  const folder = t.testdir()
  for (const name of [
    'src',
    'scripts',
    'bin',
    'docs',
    'README.md',
    'package.json',
    'tsconfig.json',
    'oclif.manifest.json',
  ])
    cpSync(join(ROOT, name), join(folder, name), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  const block = blockOf('src/engine/sources/poll.ts')
  t.ok(block.split('\n').length <= 31, 'the guide says 30 lines')
  writeFileSync(join(folder, 'src/engine/sources/poll.ts'), block)
  await run('npm', ['run', 'generate'], { cwd: folder })
  t.ok(existsSync(join(folder, 'src/commands/poll.ts')))
  await run('npm', ['run', 'bundle'], { cwd: folder })

  let asked = 0
  const server = createServer((_request, response) => {
    asked += 1
    response.statusCode = asked === 2 ? 503 : 200
    response.end('to be\nor not\n')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const command = [join(folder, 'bin/run.js'), 'poll', url, 'flatmap', 'split', 'count', 'emit']
  const ran = await run(process.execPath, [...command, '--batches', '3', '--interval', '200ms'])
  t.strictSame(ran.stdout.trim().split('\n'), ['4', '0', '4'])
  t.match(ran.stderr, /it answers 503; asked again at the next batch/)
  const help = await run(process.execPath, [join(folder, 'bin/run.js'), 'poll', '--help'])
  t.match(help.stdout, 'Ask for a page at each batch')
})
