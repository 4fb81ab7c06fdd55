import { AvroBytes } from './avro-bytes.ts'

/** Reads a value. */
type Read = (bytes: AvroBytes) => unknown

/** Types by their full names. */
type Names = Map<string, Read>

/** A schema, or a part of one, as JSON. */
type Schema = string | readonly Schema[] | Readonly<Record<string, unknown>>

const PRIMITIVES: Readonly<Record<string, Read>> = {
  null: () => null,
  boolean: (bytes) => bytes.boolean(),
  int: (bytes) => bytes.long(),
  long: (bytes) => bytes.long(),
  float: (bytes) => bytes.float(),
  double: (bytes) => bytes.double(),
  bytes: (bytes) => bytes.bytes().toString('base64'),
  string: (bytes) => bytes.bytes().toString(),
}

/**
 * Return what makes plain data of Avro's bytes: records are objects, maps too; bytes are base64; whole numbers that a number
 * cannot hold, and decimals, are text; other logical types are the numbers below them.
 *
 * @param references schemas whose names this one uses, in their order.
 * @throws TypeError where a schema is none.
 */
export function avroDecoder(
  schema: string,
  references: readonly string[] = [],
): (bytes: Uint8Array) => unknown {
  const names: Names = new Map()
  for (const reference of references) readerOf(JSON.parse(reference) as Schema, names, '')
  const read = readerOf(JSON.parse(schema) as Schema, names, '')
  return (value) => {
    const bytes = new AvroBytes(value)
    const decoded = read(bytes)
    if (bytes.left > 0) throw new RangeError(`${bytes.left} bytes are left behind the value`)
    return decoded
  }
}

function readerOf(schema: Schema, names: Names, namespace: string): Read {
  if (typeof schema === 'string') return named(schema, names, namespace)
  if (isUnion(schema)) return unionOf(schema, names, namespace)
  const { type, logicalType } = schema
  if (logicalType === 'decimal') return decimalOf(schema as unknown as DecimalSchema, names, namespace)
  switch (type) {
    case 'record':
    case 'error':
      return recordOf(schema as unknown as RecordSchema, names, namespace)
    case 'enum':
      return enumOf(schema as unknown as EnumSchema, names, namespace)
    case 'fixed':
      return fixedOf(schema as unknown as FixedSchema, names, namespace, (value) => value.toString('base64'))
    case 'array': {
      const item = readerOf((schema as { readonly items: Schema }).items, names, namespace)
      return (bytes) => {
        const items: unknown[] = []
        bytes.blocks(() => items.push(item(bytes)))
        return items
      }
    }
    case 'map': {
      const value = readerOf((schema as { readonly values: Schema }).values, names, namespace)
      return (bytes) => {
        const entries: [string, unknown][] = []
        bytes.blocks(() => entries.push([bytes.bytes().toString(), value(bytes)]))
        return Object.fromEntries(entries)
      }
    }
    default:
      return readerOf(type as Schema, names, namespace)
  }
}

interface NamedSchema {
  readonly name: string
  readonly namespace?: string
}
interface RecordSchema extends NamedSchema {
  readonly fields: readonly { readonly name: string; readonly type: Schema }[]
}
interface EnumSchema extends NamedSchema {
  readonly symbols: readonly string[]
}
interface FixedSchema extends NamedSchema {
  readonly size: number
}
interface DecimalSchema extends FixedSchema {
  readonly type: Schema
  readonly scale?: number
}

function isUnion(schema: Schema): schema is readonly Schema[] {
  return Array.isArray(schema)
}

function named(name: string, names: Names, namespace: string): Read {
  const found = PRIMITIVES[name] ?? names.get(fullName({ name }, namespace)) ?? names.get(name)
  if (found === undefined) throw new TypeError(`the schema has no type ${String(name)}`)
  return found
}

function fullName({ name, namespace: own }: NamedSchema, namespace: string): string {
  const space = own ?? namespace
  return name.includes('.') || space === '' ? name : `${space}.${name}`
}

/** A record may hold itself: its name is known before its fields are. */
function recordOf(schema: RecordSchema, names: Names, namespace: string): Read {
  const full = fullName(schema, namespace)
  const fields: (readonly [string, Read])[] = []
  const read: Read = (bytes) => Object.fromEntries(fields.map(([name, field]) => [name, field(bytes)]))
  names.set(full, read)
  const inner = full.includes('.') ? full.slice(0, full.lastIndexOf('.')) : ''
  for (const { name, type } of schema.fields) fields.push([name, readerOf(type, names, inner)])
  return read
}

function enumOf(schema: EnumSchema, names: Names, namespace: string): Read {
  const { symbols } = schema
  const read: Read = (bytes) => at(symbols, bytes.size(), 'symbol')
  names.set(fullName(schema, namespace), read)
  return read
}

function fixedOf(
  schema: FixedSchema,
  names: Names,
  namespace: string,
  make: (value: Buffer) => unknown,
): Read {
  const read: Read = (bytes) => make(bytes.bytes(schema.size))
  names.set(fullName(schema, namespace), read)
  return read
}

function decimalOf(schema: DecimalSchema, names: Names, namespace: string): Read {
  const make = (value: Buffer): string => decimalText(value, schema.scale ?? 0)
  return schema.type === 'fixed' ? fixedOf(schema, names, namespace, make) : (bytes) => make(bytes.bytes())
}

/** A whole number in two's complement, the highest byte first, of which the last `scale` digits are behind the point. */
function decimalText(value: Buffer, scale: number): string {
  const unscaled =
    value.length === 0 ? 0n : BigInt.asIntN(value.length * 8, BigInt(`0x${value.toString('hex')}`))
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0')
  const sign = unscaled < 0n ? '-' : ''
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

function unionOf(schemas: readonly Schema[], names: Names, namespace: string): Read {
  const branches = schemas.map((branch) => readerOf(branch, names, namespace))
  return (bytes) => at(branches, bytes.size(), 'branch')(bytes)
}

function at<T>(list: readonly T[], index: number, what: string): T {
  const found = list[index]
  if (found === undefined) throw new RangeError(`the schema has no ${what} ${index}`)
  return found
}
