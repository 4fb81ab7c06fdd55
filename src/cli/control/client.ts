import { readdirSync, unlinkSync } from 'node:fs'
import { connect } from 'node:net'
import { basename, join } from 'node:path'
import { codeOf } from '../../engine/sources/reading/errors.ts'
import { checkOwn, controlFolder } from './place.ts'
import type { Answer, Question, Status } from './protocol.ts'

/** Milliseconds in which a pipeline tells how it is doing, where nothing else is said. */
const STATUS_TIME = 1500

/** A pipeline that runs, and where it can be asked. */
export interface Pipeline {
  readonly path: string
  readonly pid: number
  /** Undefined where it was too busy to tell. */
  readonly status?: Status
}

/**
 * Return one's own pipelines that run on this machine, by the time of their start. What a killed one left is removed.
 *
 * @throws Error where the directory of the sockets is not one's own.
 */
export async function pipelines(limit = STATUS_TIME): Promise<readonly Pipeline[]> {
  const folder = controlFolder()
  try {
    checkOwn(folder)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    throw error
  }
  const paths = readdirSync(folder)
    .filter((name) => /^\d+\.sock$/.test(name))
    .map((name) => join(folder, name))
  const found = await Promise.all(paths.map((path) => pipelineAt(path, limit)))
  return found
    .filter((one) => one !== undefined)
    .toSorted((one, other) => (one.status?.started ?? 0) - (other.status?.started ?? 0))
}

async function pipelineAt(path: string, limit: number): Promise<Pipeline | undefined> {
  const pid = Number.parseInt(basename(path), 10)
  try {
    return { path, pid, status: (await asked(path, { ask: 'status' }, limit)) as Status }
  } catch (error) {
    if (error instanceof Late) return { path, pid }
    // Nobody listens: its process was killed.
    if (codeOf(error) === 'ECONNREFUSED') unlinkSync(path)
    return undefined
  }
}

/** A pipeline is there and says nothing. */
class Late extends Error {}

/** Ask a pipeline. Rejects with an Error that says why there is no answer. */
export async function ask(path: string, question: Question): Promise<Answer> {
  return (await asked(path, question)) as Answer
}

function asked(
  path: string,
  question: Question | { readonly ask: 'status' },
  limit?: number,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const socket = connect(path)
    let text = ''
    socket.setEncoding('utf8')
    socket.on('error', reject)
    socket.on('data', (chunk) => {
      text += chunk
    })
    socket.on('close', () => {
      if (text === '') return reject(new Error('the pipeline ended before it answered'))
      try {
        const said = JSON.parse(text) as { readonly error?: string }
        if (said.error === undefined) resolve(said)
        else reject(new Error(said.error))
      } catch (error) {
        reject(error)
      }
    })
    if (limit !== undefined) socket.setTimeout(limit, () => socket.destroy(new Late('no answer in time')))
    socket.write(`${JSON.stringify(question)}\n`)
  })
}
