import type { Test } from 'tap'
import type { KernelInstance } from '../../src/engine/kernels/instance.ts'

/** A text, or its bytes where they may be no UTF-8. */
export type Text = string | Uint8Array

/** Where elements are written, what they stand for, and what stands behind the last, over and over. */
export interface Placing {
  readonly to: number
  readonly tag?: number
  readonly behind?: string
}

const PADDING = 128

/** Put texts side by side into the input buffer, and their elements to a place; return the elements as words. */
export function placeTexts(kernels: KernelInstance, texts: readonly Text[], placing: Placing): string[] {
  const { to, tag = 0, behind = '5}"]' } = placing
  const bytes = texts.map((text) => (typeof text === 'string' ? Buffer.from(text) : text))
  kernels.setInput(Buffer.concat([...bytes, Buffer.from(behind.repeat(PADDING).slice(0, PADDING))]))
  let at = kernels.exports.inputBuffer(0) >>> 0
  for (const [index, { length }] of bytes.entries()) {
    kernels.words.set([at, (length | (tag << 29)) >>> 0], (to >>> 2) + 2 * index)
    at += length
  }
  kernels.exports.resetScratch()
  return bytes.map((_, index) => wordsOfElement(kernels, to, index))
}

/** Return an element of the vector at `from` as it stands. */
export function wordsOfElement(kernels: KernelInstance, from: number, index: number): string {
  const at = (from >>> 2) + 2 * index
  return kernels.words.slice(at, at + 2).join()
}

/** Compare lists by `Object.is`: tap's own comparison is many times slower, and takes 0 and -0 for the same. */
export function sameValues(
  t: Test,
  found: readonly unknown[],
  wanted: readonly unknown[],
  about: unknown,
): void {
  const differs = found.findIndex((value, index) => !Object.is(value, wanted[index]))
  if (found.length === wanted.length && differs < 0) t.pass()
  else t.fail('values differ', { differs, found, wanted, about })
}
