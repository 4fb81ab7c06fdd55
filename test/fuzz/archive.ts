import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The files of a directory, by name. */
export type Archive = Readonly<Record<string, Buffer>>

/** Return the files of a directory whose names pass. */
export function archiveOf(directory: string, passes: (name: string) => boolean): Archive {
  const names = readdirSync(directory).filter(passes)
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(directory, name))]))
}

/** Return an archive as one entry of a corpus. */
export function packed(archive: Archive): Buffer {
  const files = Object.entries(archive).map(([name, bytes]) => [name, bytes.toString('base64')])
  return Buffer.from(JSON.stringify(Object.fromEntries(files), undefined, 1))
}

/** Return the archive of an entry; undefined where it is none. */
export function unpacked(bytes: Uint8Array): Archive | undefined {
  try {
    const files = Object.entries(JSON.parse(Buffer.from(bytes).toString()) as Record<string, string>)
    return Object.fromEntries(files.map(([name, text]) => [name, Buffer.from(text, 'base64')]))
  } catch {
    return undefined
  }
}

/** Write the files of an archive into a new directory. */
export function restoreInto(directory: string, archive: Archive): void {
  mkdirSync(directory, { recursive: true })
  for (const [name, bytes] of Object.entries(archive)) writeFileSync(join(directory, name), bytes)
}
