// An element of a vector is 8 bytes: the place of its bytes (32 bits), their number (29), what they stand for (3).

/** UTF-8 text, or bytes that are none and show as U+FFFD. */
export const TEXT: u32 = 0
/** A number, its text as JavaScript writes it: no two texts stand for one number. */
export const NUMBER: u32 = 1
/** null. */
export const NULL: u32 = 2
/** true. */
export const TRUE: u32 = 3
/** false. */
export const FALSE: u32 = 4
/** A value that the host keeps: the bytes are its index. */
export const OTHER: u32 = 5

/** Return an element. */
// @ts-ignore: decorator
@inline export function slice(place: usize, length: u32, tag: u32): u64 {
  return <u64>place | (<u64>length << 32) | (<u64>tag << 61)
}

/** Return an element that is text. */
// @ts-ignore: decorator
@inline export function textSlice(place: usize, length: u32): u64 {
  return <u64>place | (<u64>length << 32)
}

/** Return where the bytes of an element stand. */
// @ts-ignore: decorator
@inline export function placeOf(element: u64): usize {
  return <usize>(<u32>element)
}

/** Return how many bytes an element has. */
// @ts-ignore: decorator
@inline export function lengthOf(element: u64): u32 {
  return <u32>(element >> 32) & 0x1fffffff
}

/** Return what the bytes of an element stand for. */
// @ts-ignore: decorator
@inline export function tagOf(element: u64): u32 {
  return <u32>(element >> 61)
}

/** Return whether an element is text. */
// @ts-ignore: decorator
@inline export function isText(element: u64): bool {
  return element >> 61 == 0
}
