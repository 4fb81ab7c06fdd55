/** `npm run test:overload -- [SECONDS]`: sources ten times too fast, and what memory and delays were. */
import { OVERLOADS, overload } from '../support/overload.ts'

const seconds = Number(process.argv[2] ?? 60)
console.log('| | lines in | lines out | most memory | delay, first half | delay, second half |')
console.log('|---|---|---|---|---|---|')
for (const name of Object.keys(OVERLOADS) as (keyof typeof OVERLOADS)[]) {
  const { given, got, memory, delays } = await overload(name, seconds)
  const half = delays.length >> 1
  const most = (part: readonly number[]): string => `${(Math.max(0, ...part) / 1000).toFixed(1)} s`
  const cells = [name, given, got, `${memory} MiB`, most(delays.slice(0, half)), most(delays.slice(half))]
  console.log(`| ${cells.join(' | ')} |`)
  if (given !== got) process.exitCode = 1
}
