import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { SPARK_SINK } from '../../../src/engine/sources/flume/protocols.ts'
import { freePort } from './free-port.ts'
import { runAlone } from './install.ts'

const run = promisify(execFile)
const FOLDER = fileURLToPath(new URL('../../real/.servers/flume', import.meta.url))
const LIBRARIES = join(FOLDER, 'libs')
const SINK = fileURLToPath(new URL('../../real/flume-sink/PollingSink.java', import.meta.url))
const JAVA = ['-Xmx512m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC']

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>dstream.test</groupId><artifactId>flume-agent</artifactId><version>1</version><packaging>pom</packaging>
<dependencies>
<dependency><groupId>org.apache.flume</groupId><artifactId>flume-ng-node</artifactId><version>1.11.0</version></dependency>
<dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.32</version></dependency>
</dependencies></project>
`

/** Install Flume 1.11.0 and compile the sink, where they are not there yet. */
export async function installFlume(): Promise<void> {
  const marker = join(FOLDER, 'installed')
  if (existsSync(marker) && readFileSync(marker, 'utf8') === stampOf()) return
  mkdirSync(FOLDER, { recursive: true })
  writeFileSync(join(FOLDER, 'pom.xml'), POM)
  writeFileSync(join(FOLDER, 'sink.avpr'), SPARK_SINK.json)
  const copy = [
    '-q',
    '-B',
    'dependency:copy-dependencies',
    '-DincludeScope=runtime',
    `-DoutputDirectory=${LIBRARIES}`,
  ]
  await runAlone('mvn', copy, { cwd: FOLDER })
  await run('javac', ['-cp', `${LIBRARIES}/*`, '-d', join(FOLDER, 'sink'), SINK])
  writeFileSync(marker, stampOf())
}

function stampOf(): string {
  return `${POM}${SPARK_SINK.json}${readFileSync(SINK, 'utf8')}`
}

/** The lines of an agent `a` with one channel `c`: a file where it is named, else memory. */
export function channel(files?: string): string {
  if (files === undefined)
    return 'a.channels = c\na.channels.c.type = memory\na.channels.c.capacity = 100000\na.channels.c.transactionCapacity = 1000\n'
  return `a.channels = c
a.channels.c.type = file
a.channels.c.checkpointDir = ${files}/checkpoint
a.channels.c.dataDirs = ${files}/data
a.channels.c.transactionCapacity = 1000
a.channels.c.capacity = 200000
a.channels.c.checkpointInterval = 2000
`
}

/** The lines of a sink `k` that sends to a port. */
export function avroSink(port: string, more: Readonly<Record<string, string | number>> = {}): string {
  const settings = { type: 'avro', hostname: '127.0.0.1', port, channel: 'c', 'batch-size': 200, ...more }
  return `a.sinks = k\n${linesOf('a.sinks.k', settings)}`
}

/** The lines of a sink `k` that is asked at a port. */
export function pollingSink(port: string): string {
  const protocol = join(FOLDER, 'sink.avpr')
  return `a.sinks = k\n${linesOf('a.sinks.k', { type: 'PollingSink', port, protocol, channel: 'c', timeout: 5000 })}`
}

/** The lines of sources, each by its name. */
export function agentSources(
  sources: Readonly<Record<string, Readonly<Record<string, string | number>>>>,
): string {
  const all = Object.entries(sources).map(([name, settings]) =>
    linesOf(`a.sources.${name}`, { ...settings, channels: 'c' }),
  )
  return `a.sources = ${Object.keys(sources).join(' ')}\n${all.join('')}`
}

function linesOf(prefix: string, settings: Readonly<Record<string, string | number>>): string {
  return Object.entries(settings)
    .map(([key, value]) => `${prefix}.${key} = ${value}\n`)
    .join('')
}

/** A Flume agent in a process of its own, ended with the test. */
export class Agent {
  readonly #folder: string
  /** What it logs when its sources run. */
  readonly #started: readonly string[]
  #child: ChildProcess | undefined

  /** @param folder where its configuration and its log are. */
  constructor(t: { teardown(end: () => unknown): void }, folder: string, configuration: string) {
    this.#folder = folder
    this.#started = [...configuration.matchAll(/^a\.sources\.(\w+)\.type = (\w+)$/gm)].map(
      ([, name, type]) =>
        type === 'netcat' ? 'Created serverSocket' : `type: SOURCE, name: ${name} started`,
    )
    writeFileSync(join(folder, 'agent.properties'), configuration)
    t.teardown(() => this.kill())
  }

  /** What it has logged. */
  get log(): string {
    return readFileSync(join(this.#folder, 'agent.log'), 'utf8')
  }

  /** Start it, again where it was ended; resolves when its sources run. */
  async start(): Promise<void> {
    const log = openSync(join(this.#folder, 'agent.log'), 'w')
    const path = `${LIBRARIES}/*:${join(FOLDER, 'sink')}`
    const main = [
      'org.apache.flume.node.Application',
      '-n',
      'a',
      '-f',
      join(this.#folder, 'agent.properties'),
    ]
    this.#child = spawn('java', [...JAVA, '-cp', path, ...main], { stdio: ['ignore', log, log] })
    closeSync(log)
    const deadline = Date.now() + 60_000
    while (!this.#started.every((line) => this.log.includes(line))) {
      if (Date.now() > deadline || this.#child.exitCode !== null)
        throw new Error(`no agent: ${this.log.slice(-2000)}`)
      await sleep(50)
    }
  }

  /** End it, without a chance to tidy up. */
  async kill(): Promise<void> {
    const child = this.#child
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const closed = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await closed
  }
}

/** Send lines to a netcat source; resolves when it has taken them all. */
export async function toNetcat(port: string, lines: readonly string[]): Promise<void> {
  const socket = connect(Number(port), '127.0.0.1')
  let answers = 0
  const all = new Promise<void>((resolve, reject) => {
    socket.on('error', reject)
    socket.on('data', (bytes: Buffer) => {
      answers += bytes.toString().split('\n').length - 1
      if (answers >= lines.length) resolve()
    })
  })
  socket.write(lines.map((line) => `${line}\n`).join(''))
  await all
  socket.destroy()
}

export { freePort }
