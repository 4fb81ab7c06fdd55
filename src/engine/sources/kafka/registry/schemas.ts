import { reasonOf } from '../../../plan/describe.ts'
import { avroDecoder } from './avro-schema.ts'
import type { ImportedFile } from './protobuf-schema.ts'
import type { RegisteredSchema, RegistryClient } from './registry-client.ts'

/** Makes plain data of bytes. */
export type Decode = (bytes: Uint8Array) => unknown

/** References of references, at most: a ring is no schema. */
const DEEPEST = 20

/** The schemas that were met, by their ids: each is asked for once. */
export class Schemas {
  readonly #client: RegistryClient
  readonly #decoders = new Map<number, Decode>()

  constructor(client: RegistryClient) {
    this.#client = client
  }

  /** Ask for what is not known yet; what the registry does not know either is asked for again the next time. */
  async load(ids: Iterable<number>): Promise<void> {
    for (const id of ids) {
      if (this.#decoders.has(id)) continue
      const found = await this.#client.byId(id)
      if (found !== undefined) this.#decoders.set(id, await this.#decoderOf(id, found))
    }
  }

  /** Return what decodes the values of a schema; undefined where the registry has none of that id. */
  of(id: number): Decode | undefined {
    return this.#decoders.get(id)
  }

  async #decoderOf(id: number, found: RegisteredSchema): Promise<Decode> {
    const { schema, schemaType = 'AVRO' } = found
    try {
      if (schemaType === 'JSON') return jsonOf
      const files = await this.#references(found)
      if (schemaType === 'AVRO')
        return avroDecoder(
          schema,
          files.map((file) => file.schema),
        )
      if (schemaType === 'PROTOBUF') {
        const { protobufDecoder } = await import('./protobuf-schema.ts')
        return await protobufDecoder(schema, files)
      }
    } catch (error) {
      if (error instanceof Error && error.name === 'SourceError') throw error
      return failing(`the schema ${id} cannot be read: ${reasonOf(error)}`)
    }
    return failing(`the schema ${id} is of a type that is not known here: ${schemaType}`)
  }

  /** Return what a schema refers to, each behind what it refers to itself. */
  async #references(found: RegisteredSchema, depth = 0): Promise<readonly ImportedFile[]> {
    if (depth > DEEPEST) throw new RangeError('its references have no end')
    const files = new Map<string, ImportedFile>()
    for (const { name, subject, version } of found.references ?? []) {
      const referred = await this.#client.bySubject(subject, version)
      if (referred === undefined)
        throw new RangeError(`it refers to ${subject} ${version}, which is not there`)
      for (const file of await this.#references(referred, depth + 1)) files.set(file.name, file)
      files.set(name, { name, schema: referred.schema })
    }
    return [...files.values()]
  }
}

function jsonOf(bytes: Uint8Array): unknown {
  return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString())
}

function failing(reason: string): Decode {
  return () => {
    throw new TypeError(reason)
  }
}
