/** Compiles the kernels to WebAssembly, and writes them as a module that holds their bytes, so that a bundle needs no file. */
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import asc from 'assemblyscript/asc'

const SOURCES = 'src/engine/kernels/assembly'
const TARGET = 'src/engine/kernels/compiled'
/** What is compiled, each with the sources that it imports, and what it needs beyond the flags of all. */
const MODULES = [
  { name: 'kernels', entry: 'index.ts', flags: ['--initialMemory', '1'] },
  {
    name: 'inspect',
    entry: 'inspect.ts',
    flags: ['--importMemory', '--noExportMemory', '--memoryBase', '64'],
  },
] as const
const FLAGS = '-O3 --converge --runtime stub --noAssert --enable simd'.split(' ')

/** Compile the kernels, where one of their sources is newer than what was compiled before. */
export async function compileKernels(): Promise<void> {
  mkdirSync(TARGET, { recursive: true })
  const sources = readdirSync(SOURCES).map((name) => statSync(join(SOURCES, name)).mtimeMs)
  for (const { name, entry, flags } of MODULES) {
    const target = join(TARGET, `${name}.ts`)
    const compiled = statSync(target, { throwIfNoEntry: false })?.mtimeMs ?? 0
    if (sources.every((changed) => changed < compiled)) continue
    const binary = join(tmpdir(), `dstream-${process.pid}-${name}.wasm`)
    const { error, stderr } = await asc.main([join(SOURCES, entry), '-o', binary, ...FLAGS, ...flags])
    if (error !== null) throw new Error(`${entry} does not compile:\n${stderr.toString()}`)
    const text = readFileSync(binary).toString('base64')
    rmSync(binary)
    writeFileSync(
      target,
      `/** ${entry} of ../assembly, compiled: WebAssembly in base64. Written by the build. */\nexport const ${name}Module: string =\n  '${text}'\n`,
    )
  }
}
