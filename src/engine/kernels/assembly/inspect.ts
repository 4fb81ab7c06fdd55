// Looks once over a block that was just read: how many lines end in it, where the last one does, and what is special in
// it. A module of its own, small enough to be compiled before the first byte is there; its memory is what sources read into.

/** Where the answer stands: number of line feeds, offset behind the last (0 for none), flags. */
const ANSWER: usize = 16
const HAS_RETURN: u32 = 1
const HAS_HIGH: u32 = 2

// @ts-ignore: decorator
@inline function sum(lanes: v128): u32 {
  const wide = i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(lanes))
  return <u32>i32x4.extract_lane(wide, 0) + <u32>i32x4.extract_lane(wide, 1) +
    <u32>i32x4.extract_lane(wide, 2) + <u32>i32x4.extract_lane(wide, 3)
}

/** Look over `length` bytes at `place`; the 64 bytes behind them are overwritten. */
export function inspect(place: usize, length: usize): void {
  const end = place + length
  memory.fill(end, 0x61, 64)
  const newline = i8x16.splat(10)
  const carriage = i8x16.splat(13)
  let returns = i8x16.splat(0)
  let high = i8x16.splat(0)
  let lines: u32 = 0
  let at = place
  while (at < end) {
    // Each lane counts one of 16 places: 63 blocks of 4 are fewer than it can hold.
    let lanes = i8x16.splat(0)
    for (let blocks = 0; blocks < 63 && at < end; blocks++, at += 64) {
      const v0 = v128.load(at)
      const v1 = v128.load(at, 16)
      const v2 = v128.load(at, 32)
      const v3 = v128.load(at, 48)
      // A lane that is equal is -1.
      lanes = i8x16.sub(lanes, i8x16.add(
        i8x16.add(i8x16.eq(v0, newline), i8x16.eq(v1, newline)),
        i8x16.add(i8x16.eq(v2, newline), i8x16.eq(v3, newline)),
      ))
      returns = v128.or(returns, v128.or(
        v128.or(i8x16.eq(v0, carriage), i8x16.eq(v1, carriage)),
        v128.or(i8x16.eq(v2, carriage), i8x16.eq(v3, carriage)),
      ))
      high = v128.or(high, v128.or(v128.or(v0, v1), v128.or(v2, v3)))
    }
    lines += sum(lanes)
  }
  let last: usize = 0
  if (lines) {
    let back = end
    while (load<u8>(back - 1) != 10) back--
    last = back - place
  }
  store<u32>(ANSWER, lines)
  store<u32>(ANSWER, <u32>last, 4)
  store<u32>(ANSWER, (v128.any_true(returns) ? HAS_RETURN : 0) | (i8x16.bitmask(high) ? HAS_HIGH : 0), 8)
}
