import type { Aggregator } from './aggregator.ts'
import { countParameter } from './check.ts'
import type { FunctionRecord } from './record.ts'
import { hashOf, textOfValue } from './value-hash.ts'

const DEFAULT_BITS = 12
const MOST_BITS = 16
/** Bits of a hash. */
const HASH_BITS = 53

/** Note in the register of a value how many zeros its hash begins with, behind the bits that choose the register. */
function note(registers: Uint8Array, value: unknown, bits: number): Uint8Array {
  const hash = hashOf(textOfValue(value))
  const left = HASH_BITS - bits
  const register = Math.floor(hash / 2 ** left)
  const rest = hash - register * 2 ** left
  const rank = rest === 0 ? left + 1 : left - Math.floor(Math.log2(rest))
  if (rank > (registers[register] as number)) registers[register] = rank
  return registers
}

/** The estimate of Ertl, New cardinality estimation algorithms for HyperLogLog sketches, 2017, algorithm 6. */
function estimate(registers: Uint8Array, bits: number): number {
  const size = registers.length
  const last = HASH_BITS - bits + 1
  const counts = new Float64Array(last + 1)
  for (const rank of registers) counts[rank] = (counts[rank] as number) + 1
  let sum = size * tau(1 - (counts[last] as number) / size)
  for (let rank = last - 1; rank >= 1; rank--) sum = 0.5 * (sum + (counts[rank] as number))
  sum += size * sigma((counts[0] as number) / size)
  return Math.round((size * size) / (2 * Math.LN2 * sum))
}

function sigma(part: number): number {
  if (part === 1) return Number.POSITIVE_INFINITY
  let [x, y, sum] = [part, 1, part]
  for (let before = -1; before !== sum; y += y) {
    x *= x
    before = sum
    sum += x * y
  }
  return sum
}

function tau(part: number): number {
  if (part === 0 || part === 1) return 0
  let [x, y, sum] = [part, 1, 1 - part]
  for (let before = -1; before !== sum; ) {
    x = Math.sqrt(x)
    before = sum
    y *= 0.5
    sum -= (1 - x) ** 2 * y
  }
  return sum / 3
}

function counting(bits: number): Aggregator {
  return {
    create: (value) => note(new Uint8Array(2 ** bits), value, bits),
    mergeValue: (combiner, value) => note(combiner as Uint8Array, value, bits),
    mergeCombiners: (left, right) => {
      const registers = left as Uint8Array
      for (const [at, rank] of (right as Uint8Array).entries())
        if (rank > (registers[at] as number)) registers[at] = rank
      return registers
    },
    finish: (combiner) => estimate(combiner as Uint8Array, bits),
    grows: true,
  }
}

/** `hyperloglog`: how many different values, in memory that never grows. */
export const hyperloglog: FunctionRecord = {
  name: 'hyperloglog',
  summary:
    'Count different values in 2^P bytes, with a standard error of 104 % / √2^P: 2 % for the usual 12.',
  parameter: { name: 'P', summary: 'how many bits choose a register, 4 to 16', required: false },
  roles: ['reduce'],
  examples: [
    { call: 'hyperloglog', in: ['a', 'b', 'a'], out: 2 },
    { call: 'hyperloglog:16', in: [1, '1', 2, 3, 3], out: 4 },
  ],
  aggregator: (parameter) => {
    const bits = parameter === undefined ? DEFAULT_BITS : countParameter('hyperloglog', parameter, MOST_BITS)
    if (bits < 4) throw new RangeError(`hyperloglog expects 4 to ${MOST_BITS} bits, got ${bits}`)
    return counting(bits)
  },
}
