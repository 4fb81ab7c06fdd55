import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'

/**
 * Return oclif.manifest.json as `oclif manifest` writes it, from the commands as they are in src/. They are bundled into
 * a package of their own, so that neither an old dist/ nor an old manifest can leave a command out.
 */
export async function manifest(root: string): Promise<string> {
  // Inside node_modules, so that the bundles find their libraries.
  const folder = join(root, 'node_modules/.cache/dstream-manifest', String(process.pid))
  const commands = join(root, 'src/commands')
  mkdirSync(folder, { recursive: true })
  try {
    cpSync(join(root, 'package.json'), join(folder, 'package.json'))
    await build({
      entryPoints: readdirSync(commands).map((file) => join(commands, file)),
      outdir: join(folder, 'dist/commands'),
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      packages: 'external',
      logLevel: 'warning',
    })
    const oclif = join(root, 'node_modules/oclif/bin/run.js')
    execFileSync(process.execPath, [oclif, 'manifest', folder], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
    return sorted(readFileSync(join(folder, 'oclif.manifest.json'), 'utf8'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Commands in the order of their names: oclif lists them as the file system does. */
function sorted(text: string): string {
  const { commands, ...rest } = JSON.parse(text) as { commands: Record<string, unknown> }
  const entries = Object.entries(commands).sort(([left], [right]) => (left < right ? -1 : 1))
  return JSON.stringify({ commands: Object.fromEntries(entries), ...rest }, null, 2)
}
