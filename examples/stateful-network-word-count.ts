/**
 * Counts the words of all lines since the start (Spark: StatefulNetworkWordCount). The words `hello` and `world` begin
 * with a count of 1.
 *
 *   nc -lk 9999                                                                  # in one terminal; type into it
 *   node --import=tsx examples/stateful-network-word-count.ts localhost 9999     # in another
 *
 * Each word that comes is printed with its count so far. With `update` behind the port, every word that ever came is
 * printed after each second, as the program of Spark 1.5 and older did.
 *
 * The same in a shell, where initial.tsv has lines such as hello<TAB>1:
 *   dstream socket localhost 9999 flatmap split map-with-state --initial initial.tsv
 *   dstream socket localhost 9999 flatmap split update-state-by-key sum --initial initial.tsv
 */
import { Seconds, type State, StateSpec, StreamingContext } from 'dstream'

const [host = 'localhost', port = '9999', version = 'map'] = process.argv.slice(2)

const ssc = new StreamingContext({ appName: 'StatefulNetworkWordCount', batchDuration: Seconds(1) })
const initial: [string, number][] = [
  ['hello', 1],
  ['world', 1],
]
const ones = ssc
  .socketTextStream(host, Number(port))
  .flatMap('split')
  .map((word) => [word, 1] as const)

if (version === 'map') {
  const count = (word: string, one: number | undefined, state: State<number>): [string, number] => {
    const sum = (one ?? 0) + (state.getOption() ?? 0)
    state.update(sum)
    return [word, sum]
  }
  ones.mapWithState(StateSpec.function(count).initialState(initial)).print()
} else {
  const count = (values: number[], state = 0): number => values.reduce((a, b) => a + b, state)
  ones.updateStateByKey(count, { initialRDD: initial }).print()
}

ssc.start()
await ssc.awaitTermination()
