import assert from 'node:assert'
import fc from 'fast-check'
import { Flow, type Given, type Inputs, type Written } from './flow.ts'

/** A chain, and elements from which its batches are made, by source. */
export interface Subject {
  readonly chain: string
  readonly pools: readonly (readonly unknown[])[]
}

/** Return batches of a chain, of elements of its pools. */
export function batchesOf({ pools }: Subject): fc.Arbitrary<Inputs[]> {
  const batch = fc.tuple(
    ...pools.map((pool) =>
      pool.length === 0 ? fc.constant([]) : fc.array(fc.constantFrom(...pool), { maxLength: 6 }),
    ),
  )
  return fc.array(batch, { minLength: 1, maxLength: 14 })
}

/** Return true where sources give lines of text. */
export const isText = ({ pools }: Subject): boolean =>
  pools.flat().every((element) => typeof element === 'string' && !element.includes('\n'))

/** Run all batches, and the last one behind the end of the input. */
export async function goOn(flow: Flow, batches: readonly Inputs[]): Promise<Given[]> {
  const given: Given[] = []
  for (const [index, inputs] of batches.entries()) given.push(await flow.run(index + 1, inputs))
  given.push(await flow.end(batches.length + 1))
  return given
}

/** Run with kills behind some batches; `every` so many the stages write down what has changed, all of it where 0. */
async function broken(
  { chain, ...subject }: Subject,
  batches: readonly Inputs[],
  kills: readonly number[],
  every: number,
): Promise<Given[]> {
  const make = (): Promise<Flow> => Flow.of(chain, isText({ chain, ...subject }))
  let flow = await make()
  let written: Written | undefined = every === 0 ? undefined : flow.write()
  const given: Given[] = []
  for (let number = 0; number <= batches.length; number++) {
    if (number > 0) given.push(await flow.run(number, batches[number - 1] as Inputs))
    const isKilled = kills.includes(number)
    if (every === 0 && isKilled) written = flow.write()
    else if (every > 0 && (isKilled || number % every === 0)) written = flow.write(written)
    if (!isKilled) continue
    flow = await make()
    flow.read(written as Written)
  }
  given.push(await flow.end(batches.length + 1))
  return given
}

/** Hold that a run with kills, each behind a batch, gives what the unbroken run gives. */
export async function holds(subject: Subject, numRuns: number): Promise<void> {
  const kills = fc.uniqueArray(fc.nat({ max: 12 }), { minLength: 1, maxLength: 3 })
  const property = fc.asyncProperty(
    batchesOf(subject),
    kills,
    fc.nat({ max: 4 }),
    async (batches, at, every) => {
      const expected = await goOn(await Flow.of(subject.chain, isText(subject)), batches)
      const found = await broken(subject, batches, at, every)
      assert.deepStrictEqual(found, expected)
    },
  )
  await fc.assert(property, { numRuns })
}
