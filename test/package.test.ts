/** The package as its users get it: packed, installed into empty folders, run from there. */
import { execFile, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import tap from 'tap'

const root = fileURLToPath(new URL('..', import.meta.url))
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
const folder = mkdtempSync(join(tmpdir(), 'dstream-package-'))
const local = join(folder, 'local')
const modules = join(local, 'node_modules')
const command = join(folder, 'global/bin/dstream')

tap.teardown(() => rmSync(folder, { recursive: true, force: true }))

/** Run a program in the folder of the local installation and return what it printed; rejects unless it exits 0. */
function run(file: string, args: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, NO_COLOR: '1' }
    const child = execFile(file, args, { cwd: local, env, timeout: 120_000 }, (error, stdout, stderr) =>
      error === null
        ? resolve(stdout)
        : reject(new Error(`${error.message}\n${stdout}${stderr}`.slice(0, 2000))),
    )
    child.stdin?.end(input)
  })
}

tap.test('pack', async (t) => {
  mkdirSync(local)
  // What is packed has just been built: `npm test` builds first.
  const args = ['pack', root, '--ignore-scripts', '--json', '--pack-destination', folder]
  const [{ files, size }] = JSON.parse(await run('npm', args)) as [Packed]
  const paths = files.map(({ path }) => path)
  const needed = [
    'bin/run.js',
    'dist/index.js',
    'dist/index.d.ts',
    'dist/licenses.txt',
    'oclif.manifest.json',
  ]
  for (const path of [...needed, 'package.json', 'README.md', 'CHANGELOG.md', 'LICENSE'])
    t.ok(paths.includes(path), `holds ${path}`)
  const parts =
    /^(bin\/run\.js|dist\/.+|docs\/.+\.(md|svg)|oclif\.manifest\.json|package\.json|[A-Z]+(\.md)?)$/
  t.strictSame(
    paths.filter((path) => !parts.test(path)),
    [],
    'holds nothing else',
  )
  t.ok(size < 1_000_000, `${size} bytes`)
})

interface Packed {
  readonly size: number
  readonly files: readonly { readonly path: string }[]
}

tap.test('install', async (t) => {
  writeFileSync(join(local, 'package.json'), '{ "type": "module" }')
  const tarball = join(folder, `dstream-${version}.tgz`)
  const quiet = ['--no-audit', '--no-fund', '--prefer-offline']
  await run('npm', ['install', ...quiet, '--prefix', local, tarball])
  await run('npm', ['install', ...quiet, '--global', '--prefix', join(folder, 'global'), tarball])
  await t.resolves(run('npm', ['ls', '--all', '--prefix', local]), 'nothing is missing')
  for (const name of ['apache-arrow', 'typescript', 'chalk'])
    t.notOk(existsSync(join(modules, name)), `${name} is bundled, optional or only for the build`)
})

tap.test('count words', async (t) => {
  const words = ['flatmap', 'words', 'reduce-by-key']
  t.equal(await run(command, words, 'to be or not to be\n'), 'to\t2\nbe\t2\nor\t1\nnot\t1\n')
  t.match(await run(command, [...words, 'print'], 'to be or not to be\n'), /key +value\n.*\n +to +2\n/)
  t.match(await run(command, [...words, 'print', '--live'], 'to be or not to be\n'), /\n +to +2\n/)
  t.equal(await run(join(modules, '.bin/dstream'), ['count'], 'a\nb\n'), '2\n', 'also from the local folder')
})

tap.test('version, help, lists and completion', async (t) => {
  t.match(await run(command, ['--version']), `dstream/${version} `)
  t.match(await run(command, ['flatmap', '--help']), /\ndstream flatmap |USAGE/)
  t.match(await run(command, ['--help']), 'dstream')
  t.match(await run(command, ['operators']), 'reduce-by-key')
  t.match(await run(command, ['functions']), 'split')
  for (const shell of ['bash', 'zsh', 'fish'])
    t.match(await run(command, ['completion', shell]), 'reduce-by-key')
})

tap.test(
  'the optional Arrow library: missing, it is asked for by name, also while the input is slow',
  async (t) => {
    const line = `(sleep 1.5; echo a) | '${command}' emit --format arrow; echo "exit $?" >&2`
    const { stderr } = spawnSync('bash', ['--norc', '-c', line], { encoding: 'utf8' })
    t.equal(
      stderr,
      'dstream: the format arrow needs the package apache-arrow\n  Install it: npm install apache-arrow\nexit 2\n',
    )
  },
)

tap.test("the user's own function, in TypeScript", async (t) => {
  writeFileSync(
    join(local, 'shout.ts'),
    'export const shout = (line: string): string => line.toUpperCase()\n',
  )
  t.equal(await run(command, ['map', './shout.ts#shout'], 'hear\n'), 'HEAR\n')
})

const PROGRAM = `
import { Seconds, StreamingContext } from 'dstream'

const context = new StreamingContext({ batchDuration: Seconds(1), batchLines: 1, batches: 2 })
const counts = context.queueStream([['to be', 'or not'], ['to be']]).flatMap('words').countByValue()
counts.foreachRDD((rdd) => console.log(JSON.stringify(rdd.collect())))
context.start()
await context.awaitTermination()
`
const COUNTS = '[["to",1],["be",1],["or",1],["not",1]]\n[["to",1],["be",1]]\n'

tap.test('the API compiles and runs, and loads no command-line framework', async (t) => {
  writeFileSync(join(local, 'program.ts'), PROGRAM)
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  const types = ['--types', 'node', '--typeRoots', join(root, 'node_modules/@types'), '--skipLibCheck']
  const strict = ['--strict', '--module', 'nodenext', '--target', 'es2022', '--lib', 'es2023', ...types]
  t.equal(await run(process.execPath, [compiler, ...strict, 'program.ts']), '')
  // Without oclif on the disk, an import of it would fail.
  rmSync(join(modules, '@oclif'), { recursive: true })
  t.equal(await run(process.execPath, ['program.js']), COUNTS)
  t.equal(
    await run(process.execPath, ['-e', `import('dstream').then((api) => console.log(typeof api.DStream))`]),
    'function\n',
  )
})
