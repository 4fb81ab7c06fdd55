import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

interface Manifest {
  readonly name: string
  readonly version: string
  readonly license?: string
}

/**
 * Return the licence texts of the packages whose files `inputs` names, as a bundle has to carry them.
 *
 * @throws when a package comes without a licence.
 */
export function notices(inputs: readonly string[]): string {
  const folders = inputs.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? [])
  const texts = [...new Set(folders)].sort().map((folder) => {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
    const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name))
    if (manifest.license === undefined && file === undefined)
      throw new Error(`${manifest.name} names no licence`)
    const text = file === undefined ? '' : readFileSync(join(folder, file), 'utf8').trim()
    return `${manifest.name} ${manifest.version} (${manifest.license ?? 'see below'})\n\n${text}`.trim()
  })
  return `Parts of these packages are bundled into the files beside this one.\n\n${texts.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`
}
