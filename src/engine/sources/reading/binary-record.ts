/** Bytes of one record: a Uint8Array that is shown, and compared as a key, by its hexadecimal digits. */
export class BinaryRecord extends Uint8Array {
  /** Return two digits per byte. */
  override toString(): string {
    return Buffer.from(this.buffer, this.byteOffset, this.byteLength).toString('hex')
  }

  /** Return the same, for JSON. */
  toJSON(): string {
    return this.toString()
  }
}
