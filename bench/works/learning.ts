/** Clusters of a stream of points, and ranks of a graph: dstream, Spark's MLlib and GraphX, and river. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { java } from '../contenders.ts'
import { median, run } from '../measure.ts'
import { atLeast, type Section, table, type Work } from '../section.ts'
import { BENCH, CONTENDERS, DSTREAM, dataFolder, type Settings } from '../settings.ts'

const DIMENSIONS = 10
const CLUSTERS = 4
const BATCH = 50_000
const PYTHON = join(CONTENDERS, 'python/bin/python')

/** Numbers from 0 to below 1, the same ones in every run. */
function random(): () => number {
  let seed = 42
  return () => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff
    return seed / 2 ** 31
  }
}

/** Write points as a file, and as a folder of a file per batch. */
function points(count: number): { readonly file: string; readonly folder: string } {
  const folder = join(dataFolder('inputs'), `points-${count}`)
  const file = `${folder}.csv`
  if (existsSync(file)) return { file, folder }
  mkdirSync(folder, { recursive: true })
  const next = random()
  const lines = Array.from({ length: count }, (_, at) =>
    Array.from({ length: DIMENSIONS }, (_, place) =>
      ((at % CLUSTERS) * 3 + (place % 3) + next()).toFixed(4),
    ).join(),
  )
  for (let at = 0; at < count; at += BATCH)
    writeFileSync(
      join(folder, `part-${String(at / BATCH).padStart(4, '0')}`),
      `${lines.slice(at, at + BATCH).join('\n')}\n`,
    )
  writeFileSync(file, `${lines.join('\n')}\n`)
  return { file, folder }
}

/** Write edges whose targets are the more often the lower they are. */
function edges(count: number): string {
  const file = join(dataFolder('inputs'), `edges-${count}.tsv`)
  if (existsSync(file)) return file
  const next = random()
  const vertices = Math.floor(count / 10)
  const lines: string[] = []
  for (let at = 0; at < count; at++)
    lines.push(`${Math.floor(next() * vertices)}\t${Math.floor(next() ** 3 * vertices)}`)
  writeFileSync(file, `${lines.join('\n')}\n`)
  return file
}

async function measure({ quick, pairs, limit }: Settings): Promise<Section> {
  const count = quick ? 200_000 : 1_000_000
  const forRiver = Math.min(count, 100_000)
  const { file, folder } = points(count)
  const edgeCount = quick ? 500_000 : 5_000_000
  const graph = edges(edgeCount)
  const ours = [process.execPath, DSTREAM, 'text']
  const contenders = {
    kMeans: {
      command: [
        ...ours,
        file,
        '--batch-lines',
        String(BATCH),
        'streaming-kmeans',
        '--k',
        String(CLUSTERS),
        '--give',
        'metrics',
        'emit',
      ],
      isInside: false,
    },
    mllib: { command: java('spark', 'KMeansPoints', folder, String(CLUSTERS)), isInside: true },
    river: {
      command: [PYTHON, join(BENCH, 'python/river_k_means.py'), file, String(CLUSTERS), String(forRiver)],
      isInside: true,
    },
    pageRank: {
      command: [
        ...ours,
        graph,
        '--batch-lines',
        String(edgeCount),
        'page-rank',
        '--tolerance',
        '1e-4',
        'count',
        'emit',
      ],
      isInside: false,
    },
    graphx: { command: java('spark', 'PageRankEdges', graph, '1e-4'), isInside: true },
  }
  const found = Object.fromEntries(Object.keys(contenders).map((name) => [name, [] as number[]]))
  for (let round = 0; round < Math.min(pairs, 3); round++)
    for (const [name, { command, isInside }] of Object.entries(contenders)) {
      const ran = run(command, { way: 'none', path: '' }, limit)
      if (ran.code !== 0) {
        console.error(`  ${name}: left out, it ended with ${ran.code}: ${ran.stderr.slice(-300)}`)
        continue
      }
      found[name]?.push(isInside ? ran.input : ran.wall)
      console.error(`  ${name}: ${found[name]?.at(-1)?.toFixed(2)} s`)
    }
  const seconds = (name: keyof typeof contenders): number => median(found[name] ?? [])
  const rate = (name: keyof typeof contenders, total: number): string =>
    Math.round(total / seconds(name)).toLocaleString('en')
  const river = (seconds('river') / forRiver) * count
  return {
    title: 'Learning and graphs',
    text: `k-means of ${CLUSTERS} clusters learns ${count.toLocaleString('en')} points of ${DIMENSIONS} numbers from a file, ${BATCH.toLocaleString('en')} a batch (river a point at a time,
${forRiver.toLocaleString('en')} of them); PageRank of ${edgeCount.toLocaleString('en')} edges to 1e-4. Times of dstream are those of whole processes, with reading and
parsing; those of Spark begin behind the start of its JVM, local[2], those of river behind its imports.

${table(
  ['', 'seconds', 'a second'],
  [
    ['dstream, k-means', seconds('kMeans').toFixed(2), `${rate('kMeans', count)} points`],
    ['MLlib, StreamingKMeans', seconds('mllib').toFixed(2), `${rate('mllib', count)} points`],
    ['river, KMeans', seconds('river').toFixed(2), `${rate('river', forRiver)} points`],
    ['dstream, PageRank', seconds('pageRank').toFixed(2), `${rate('pageRank', edgeCount)} edges`],
    ['GraphX, PageRank', seconds('graphx').toFixed(2), `${rate('graphx', edgeCount)} edges`],
  ],
)}`,
    goals: [
      atLeast(
        'k-means: points a second against MLlib, at least 10 ×',
        seconds('mllib') / seconds('kMeans'),
        10,
      ),
      atLeast('k-means: points a second against river, at least 20 ×', river / seconds('kMeans'), 20),
      atLeast('PageRank: against GraphX, at least 5 ×', seconds('graphx') / seconds('pageRank'), 5),
    ],
  }
}

/** `npm run bench -- learning`. */
export const learning: Work = {
  name: 'learning',
  summary: 'clusters of points and ranks of a graph, against MLlib, GraphX and river',
  measure,
}
