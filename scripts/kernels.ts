/** Compiles the kernels to WebAssembly and writes each as a module that holds its bytes, so that a bundle needs no files. */
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import asc from 'assemblyscript/asc'

const SOURCES = 'src/engine/kernels/assembly'
const TARGET = 'src/engine/kernels/compiled'

/** Compile every kernel whose source is newer than what was compiled before. */
export async function compileKernels(): Promise<void> {
  mkdirSync(TARGET, { recursive: true })
  for (const file of readdirSync(SOURCES).filter((name) => name.endsWith('.ts'))) {
    const name = file.slice(0, -'.ts'.length)
    const target = join(TARGET, `${name}.ts`)
    const source = join(SOURCES, file)
    if ((statSync(target, { throwIfNoEntry: false })?.mtimeMs ?? 0) > statSync(source).mtimeMs) continue
    const binary = join(tmpdir(), `dstream-${process.pid}-${name}.wasm`)
    const flags = [
      '-O3',
      '--converge',
      '--runtime',
      'stub',
      '--noAssert',
      '--enable',
      'simd',
      '--initialMemory',
      '1',
    ]
    const { error, stderr } = await asc.main([source, '-o', binary, ...flags])
    if (error !== null) throw new Error(`${source} does not compile:\n${stderr.toString()}`)
    const text = readFileSync(binary).toString('base64')
    rmSync(binary)
    writeFileSync(
      target,
      `/** ${name}.ts of ../assembly, compiled: WebAssembly in base64. Written by the build. */\nexport const ${name}Module =\n  '${text}'\n`,
    )
  }
}
