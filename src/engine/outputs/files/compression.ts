/** How files are packed. */
export const COMPRESSIONS = ['gzip', 'zstd'] as const
/** One of them. */
export type Compression = (typeof COMPRESSIONS)[number]

/** What stands behind the name of a packed file. */
export const ENDINGS: Readonly<Record<Compression, string>> = { gzip: '.gz', zstd: '.zst' }

/** Makes a piece of a packed file, which is one on its own: pieces behind each other are a file. */
export type Pack = (bytes: Uint8Array) => Uint8Array

/** Node's own, from 22.15 on. */
interface ZstdLibrary {
  readonly zstdCompressSync?: Pack
}

/** Return why this Node cannot pack so; undefined where it can. */
export function whyNotPacked(compression: Compression | undefined): string | undefined {
  if (compression !== 'zstd' || 'zstd' in process.versions) return undefined
  return `--compress zstd needs Node 22.15 or newer, and this is ${process.versions.node}`
}

/** Return what packs bytes. */
export async function loadPack(compression: Compression): Promise<Pack> {
  const library = await import('node:zlib')
  if (compression === 'gzip') return (bytes) => library.gzipSync(bytes)
  const pack = (library as ZstdLibrary).zstdCompressSync
  if (pack === undefined) throw new TypeError(whyNotPacked(compression) ?? 'this Node has no zstd')
  return pack
}
