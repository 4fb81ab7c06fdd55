import tap from 'tap'
import { sparkText } from '../src/engine/outputs/formats/spark.ts'

tap.test('A5 print --format spark shows numbers as Java does', async (t) => {
  const shown: readonly (readonly [number, string])[] = [
    [0, '0'],
    [-7, '-7'],
    [10_000_000, '10000000'],
    [0.5, '0.5'],
    [1e-3, '0.001'],
    [1e-4, '1.0E-4'],
    [-8.12377928e-6, '-8.12377928E-6'],
    [9_999_999.5, '9999999.5'],
    [10_000_000.5, '1.00000005E7'],
    [1.5e300, '1.5E300'],
    [1e21, '1.0E21'],
    [Number.NaN, 'NaN'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
  ]
  for (const [number, text] of shown) t.equal(sparkText(number), text)
  t.equal(sparkText(['a', [1e-4, 2]]), '(a,(1.0E-4,2))')
})
