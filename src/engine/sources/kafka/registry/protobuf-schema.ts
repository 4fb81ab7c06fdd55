import type { Root, Type } from 'protobufjs'
import { SourceError } from '../../../plan/errors.ts'

type Protobuf = typeof import('protobufjs')
type Descriptor = typeof import('protobufjs/ext/descriptor.js')
type Library = Protobuf & { readonly descriptor: Descriptor }

/** A file that a schema imports. */
export interface ImportedFile {
  readonly name: string
  readonly schema: string
}

/**
 * Return what makes plain data of Protobuf's bytes: messages are objects, with all fields that are no part of a choice; enumerations
 * are their names, bytes are base64, whole numbers that a number cannot hold are text.
 *
 * @throws SourceError where protobufjs is not there; an error of it where the schema is none.
 */
export async function protobufDecoder(
  schema: string,
  imports: readonly ImportedFile[],
): Promise<(bytes: Uint8Array) => unknown> {
  const library = await loadLibrary()
  const { Root, common } = library
  const own = read(library, schema)
  const files = [...imports.map((file) => read(library, file.schema)), own]
  const root = new Root()
  for (const name of files.flatMap((file) => file.imports)) {
    const known = common.get(name)?.nested
    if (known !== undefined && known !== null) root.addJSON(known)
  }
  for (const file of files) file.addTo(root)
  // The types of this very file in their order: an index of a message says which.
  const order = typesOf(library, own.space === '' ? own.alone : own.alone.lookup(own.space))
  root.resolveAll()
  const types = new Map<string, Type>()
  return (bytes) => {
    const { indexes, payload } = messageIndexes(bytes)
    const key = indexes.join()
    const type = types.get(key) ?? root.lookupType(nameAt(library, order, indexes))
    types.set(key, type)
    const message = type.decode(payload)
    return plain(library, type.toObject(message, { enums: String, bytes: String, defaults: true }))
  }
}

async function loadLibrary(): Promise<Library> {
  try {
    const library = (await import('protobufjs')) as Protobuf & { readonly default?: Protobuf }
    // It adds what it has to the library.
    const descriptor = (await import('protobufjs/ext/descriptor.js')) as Descriptor & { default?: Descriptor }
    return { ...(library.default ?? library), descriptor: descriptor.default ?? descriptor }
  } catch {
    throw new SourceError(
      'kafka: schemas of Protobuf need the package protobufjs',
      'Install it: npm install protobufjs',
    )
  }
}

/** What a descriptor says where text says a year. */
const EDITIONS: Readonly<Record<number, string>> = { 1000: '2023', 1001: '2024' }

/** A file of Protobuf. */
interface SchemaFile {
  /** What it has itself. */
  readonly alone: Root
  /** Its package; empty where it has none. */
  readonly space: string
  readonly imports: readonly string[]
  readonly addTo: (root: Root) => unknown
}

/** A registry has files as they were written, or as compilers hand them on: a FileDescriptorProto in base64. */
function read({ parse, Root, Type, Enum, descriptor }: Library, schema: string): SchemaFile {
  // Fields keep the names that they have in the schema.
  const names = { keepCase: true }
  if (!/^[\w+/]+=*\s*$/.test(schema)) {
    const { root: alone, package: space, imports } = parse(schema, new Root(), names)
    return {
      alone,
      space: space ?? '',
      imports: imports ?? [],
      addTo: (root) => parse(schema, root, names),
    }
  }
  const file = descriptor.FileDescriptorProto.decode(Buffer.from(schema, 'base64'))
  const space = file.package ?? ''
  const edition = file.syntax === 'editions' ? EDITIONS[Number(file.edition)] : file.syntax
  const context = { edition: edition || 'proto2', keepCase: true }
  const addTo = (root: Root): Root => {
    const parent = space === '' ? root : root.define(space)
    for (const message of file.messageType ?? []) parent.add(Type.fromDescriptor(message, context))
    for (const choice of file.enumType ?? []) parent.add(Enum.fromDescriptor(choice, context))
    return root
  }
  return { alone: addTo(new Root()), space, imports: file.dependency ?? [], addTo }
}

function typesOf({ Type, Namespace }: Library, parent: unknown): readonly Type[] {
  if (!(parent instanceof Namespace)) return []
  return parent.nestedArray.filter((nested) => nested instanceof Type)
}

function nameAt(library: Library, order: readonly Type[], indexes: readonly number[]): string {
  let types = order
  let found: Type | undefined
  for (const index of indexes) {
    found = types[index]
    if (found === undefined) throw new RangeError(`the schema has no message ${indexes.join('.')}`)
    types = typesOf(library, found)
  }
  return found?.fullName ?? ''
}

/** Before the message stands where its type is: a count and so many indexes, or a single 0 for the first type. */
function messageIndexes(bytes: Uint8Array): { indexes: readonly number[]; payload: Uint8Array } {
  let at = 0
  const next = (): number => {
    let value = 0
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = bytes[at++]
      if (byte === undefined) break
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return (value >>> 1) ^ -(value & 1)
    }
    throw new RangeError('the index of the message is cut off')
  }
  const count = next()
  if (count < 0 || count > bytes.length) throw new RangeError(`${count} indexes of a message`)
  const indexes = count === 0 ? [0] : Array.from({ length: count }, next)
  return { indexes, payload: bytes.subarray(at) }
}

/** Return data without objects of the library. */
function plain({ util }: Library, value: unknown): unknown {
  const walk = (each: unknown): unknown => {
    if (util.Long !== null && each instanceof util.Long) {
      const digits = String(each)
      return Number.isSafeInteger(Number(digits)) ? Number(digits) : digits
    }
    if (Array.isArray(each)) return each.map(walk)
    if (typeof each !== 'object' || each === null) return each
    return Object.fromEntries(Object.entries(each).map(([name, field]) => [name, walk(field)]))
  }
  return walk(value)
}
