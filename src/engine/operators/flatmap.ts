import type { FlatMapperCall, FlatMapperResult } from '../../functions/names.ts'
import { describeElement, stageError } from '../plan/describe.ts'
import { StageError } from '../plan/errors.ts'
import type { Item } from '../stream/types.ts'
import { defineOperator, type Emit } from './record.ts'

/** `flatmap FUNCTION`. Spark: `DStream.flatMap`. */
export const flatmap = defineOperator({
  name: 'flatmap',
  aliases: ['flat-map'],
  method: 'flatMap',
  summary: 'Apply a function to each element and pass on each item of the list it gives.',
  description: 'A function may give a list, any other iterable but a string, or null for nothing.',
  kind: 'narrow',
  arguments: [
    {
      name: 'function',
      type: 'function',
      role: 'flatmap',
      required: true,
      summary: 'what gives the list of an element',
    },
  ],
  flags: [],
  examples: [
    {
      chain: 'flatmap split',
      in: [['to be or', 'not'], ['a  b ']],
      out: [
        ['to', 'be', 'or', 'not'],
        ['a', '', 'b'],
      ],
    },
    {
      chain: 'flatmap \'line => line === "" ? null : [line, line]\'',
      in: [['x', '', 'y']],
      out: [['x', 'x', 'y', 'y']],
    },
  ],
  apply: (call) => {
    const apply = call.mapper('function')
    const { label } = call
    const spread = (element: unknown, items: unknown, emit: Emit): void => {
      if (items === null || items === undefined) return
      if (typeof items !== 'object' || !(Symbol.iterator in items)) throw notAList(label, element, items)
      for (const item of named(label, element, items as Iterable<unknown>)) emit(item)
    }
    return {
      lowered: call.lowered('function'),
      inline: { form: 'flatmap', label, call: call.plainMapper('function'), spread },
      each: (emit) => (element) => {
        const items = apply(element)
        if (Array.isArray(items)) {
          for (let index = 0; index < items.length; index++) emit(items[index])
        } else spread(element, items, emit)
      },
    }
  },
})

/** The items of an iterable; what it throws on its way names stage and element, what happens to the items does not. */
function* named(label: string, element: unknown, items: Iterable<unknown>): Generator<unknown> {
  const iterator = items[Symbol.iterator]()
  for (;;) {
    let next: IteratorResult<unknown>
    try {
      next = iterator.next()
    } catch (error) {
      throw stageError(label, element, error)
    }
    if (next.done === true) return
    yield next.value
  }
}

/** A string would silently fall apart into characters, which nobody at a shell means. */
function notAList(label: string, element: unknown, result: unknown): StageError {
  const got = describeElement(result)
  return new StageError(
    label,
    `flatmap expects a list from its function, got ${got}; use map for one result`,
    describeElement(element),
  )
}

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream of every item of the lists that `f` gives for each element, in order.
     *
     * @param f a function from an element to an iterable, or null for nothing; or a built-in by its name: `'split'`.
     * A string is no list: it is an error.
     */
    flatMap<E, const W extends FlatMapperCall<E>>(this: DStream<E>, f: W): DStream<FlatMapperResult<W, E>>
    flatMap<U extends Item>(f: (element: T) => Iterable<U> | null | undefined): DStream<U>
    flatMap<U>(f: (element: T) => Iterable<U> | null | undefined): DStream<U>
  }
}
