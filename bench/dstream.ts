/** dstream among the contenders: each master, each way of writing the same chain. */
import { join } from 'node:path'
import type { Contender, Job } from './contender.ts'
import { BENCH, DSTREAM } from './settings.ts'

/**
 * One batch for the whole input: the others, too, print one table at the end. Batches end at multiples of the interval,
 * so a run over midnight has two, which are summed.
 */
const WHOLE = ['--interval', '24h']
const SOCKET = ['socket', '127.0.0.1', '{port}', '--once']
const SPLIT = ['flatmap', 'split', 'reduce-by-key']
const ARROWS = ['flatmap', 'l => l.split(" ")', 'map', 'w => [w, 1]', 'reduce-by-key', '(a, b) => a + b']
const MODULE = ['flatmap', `${join(BENCH, 'user/parse.mjs')}#parse`, 'reduce-by-key']

/** `emit` is what a pipe behind dstream would get by itself; the answers go to a file here. */
function job(master: string, way: Job['way'], format: Job['format'], words: readonly string[]): Job {
  return { command: [process.execPath, DSTREAM, '--master', master, ...words, 'emit'], way, format }
}

/** A directory of its own for each run, which is gone with it. */
function withCheckpoint({ command, ...rest }: Job): Job {
  const script = 'd=$(mktemp -d); "$@" --checkpoint "$d"; code=$?; rm -rf "$d"; exit $code'
  return { ...rest, command: ['sh', '-c', script, 'sh', ...command] }
}

function ofMaster(master: string): Contender[] {
  const name = `dstream ${master}`
  const variant = (what: string, words: readonly string[]): Contender => ({
    name: `${name}, ${what}`,
    onlyWhenNamed: true,
    needs: [DSTREAM],
    jobs: { words: job(master, 'pipe', 'tabbed', words) },
  })
  return [
    {
      name,
      needs: [DSTREAM],
      jobs: {
        words: job(master, 'pipe', 'tabbed', [...WHOLE, ...SPLIT]),
        'words-tcp': job(master, 'tcp', 'tabbed', [...WHOLE, ...SOCKET, ...SPLIT]),
        filter: job(master, 'pipe', 'number', [...WHOLE, 'filter', 'contains:the', 'count']),
        hosts: job(master, 'pipe', 'tabbed', [...WHOLE, 'map', 'field:host', 'count-by-value']),
      },
    },
    variant('batches of 1 s', SPLIT),
    {
      ...variant('batches of 1 s, checkpoint', SPLIT),
      jobs: { words: withCheckpoint(job(master, 'pipe', 'tabbed', SPLIT)) },
    },
    variant('arrows', [...WHOLE, ...ARROWS]),
    variant('imported function', [...WHOLE, ...MODULE]),
  ]
}

/** dstream's rows. */
export const dstreams: readonly Contender[] = [...ofMaster('local[1]'), ...ofMaster('local[2]')]
