import type { IClientOptions, MqttClient } from 'mqtt'
import { SourceError, UsageError } from '../plan/errors.ts'
import { redact } from '../plan/redact.ts'
import { urlOf, withoutCredentials } from './clients/flags.ts'
import { reasonOf } from './reading/errors.ts'
import { RESTART_DELAY } from './reading/receiver-supervisor.ts'
import { defineSource, type Receiver, type SourceCall } from './record.ts'

const PROTOCOLS = ['mqtt:', 'mqtts:', 'ws:', 'wss:']
/** Milliseconds for the answer of the broker. */
const CONNECT = 10_000

/** `mqtt URL TOPIC…`. Spark ≤ 1.6: `MQTTUtils.createStream`. */
export const mqttSource = defineSource({
  name: 'mqtt',
  summary: 'Subscribe to topics of an MQTT broker; each message is an element.',
  description:
    'A message is a text, with --with-topic the pair of its topic and the text. With --qos 1 (the default) the broker ' +
    'is told only when a message is safe, and gives again what it was not told of; with --client-id it also keeps what ' +
    'comes while dstream is away. A message may then come twice, never not at all. Needs the package mqtt.',
  elements: 'values',
  arguments: [
    { name: 'url', type: 'string', required: true, summary: 'mqtt://…, mqtts://…, ws://… or wss://…' },
    {
      name: 'topic',
      type: 'string',
      required: true,
      variadic: true,
      summary: 'topics, with + for a level and # for all below',
    },
  ],
  flags: [
    {
      name: 'qos',
      type: 'string',
      options: ['0', '1'],
      default: '1',
      summary: 'whether messages are acknowledged',
    },
    { name: 'client-id', type: 'string', summary: 'the name of a session that the broker keeps' },
    { name: 'with-topic', type: 'boolean', summary: 'make pairs of topic and message' },
    {
      name: 'password-env',
      type: 'string',
      summary: 'the environment variable that holds the password, in the place of one in the URL',
    },
    { name: 'retry', type: 'duration', summary: 'how long to wait before connecting again; 2s where absent' },
  ],
  receive: async (call, receiver) => {
    const url = urlOf(call, 'mqtt', PROTOCOLS)
    const { connect } = await import('mqtt').catch(() => {
      throw new SourceError('mqtt: needs the package mqtt', 'Install it: npm install mqtt')
    })
    const bare = withoutCredentials(url)
    await subscribe(() => connect(bare.href, optionsOf(call, url, receiver)), call, bare, receiver)
  },
})

function optionsOf(call: SourceCall, url: URL, receiver: Receiver): IClientOptions {
  const clientId = call.value('client-id') as string | undefined
  const name = call.value('password-env') as string | undefined
  const password = name === undefined ? decodeURIComponent(url.password) : process.env[name]
  if (password === undefined)
    throw new UsageError(`mqtt: the environment has no ${name}, which --password-env names`)
  const retry = (call.value('retry') as number | undefined) ?? receiver.settings.receiverRestartDelay
  return {
    connectTimeout: CONNECT,
    reconnectPeriod: retry ?? RESTART_DELAY,
    clean: clientId === undefined,
    // A connection that was lost has the broker give its messages again; ours is made anew with each.
    resubscribe: false,
    ...(clientId === undefined ? {} : { clientId }),
    ...(url.username === '' ? {} : { username: decodeURIComponent(url.username), password }),
  }
}

async function subscribe(
  connect: () => MqttClient,
  call: SourceCall,
  url: URL,
  receiver: Receiver,
): Promise<void> {
  const { signal } = receiver
  const name = redact(url.href)
  const qos = call.string('qos') === '1' ? 1 : 0
  const withTopic = call.boolean('with-topic')
  const client = connect()
  let reason = 'the broker closed the connection'
  let hasConnected = false
  // The library tells the broker when the callback is called, and asks for the next message then.
  client.handleMessage = (packet, callback) => {
    const text = Buffer.from(packet.payload).toString()
    receiver.add(withTopic ? [packet.topic, text] : text)
    const safe = packet.qos > 0 ? receiver.stored() : receiver.full ? receiver.ready() : undefined
    if (safe === undefined) callback()
    else safe.then(() => callback(), callback)
  }
  try {
    await new Promise<void>((resolve, reject) => {
      const fail = (said: string): void => reject(new SourceError(`${name}: ${said}`))
      client.on('connect', () => {
        hasConnected = true
        client
          .subscribeAsync(call.strings('topic') as string[], { qos })
          .then((granted) => {
            const refused = granted.filter(({ qos: given }) => given > 2).map(({ topic }) => topic)
            if (refused.length > 0) fail(`the broker refuses ${refused.join(', ')}`)
            else receiver.report(`subscribed at ${name}`)
          })
          .catch((error: unknown) => {
            if (client.connected) fail(`cannot subscribe: ${reasonOf(error)}`)
          })
      })
      client.on('error', (error) => {
        reason = reasonOf(error)
        // What the broker itself says of who connects stays so: a wrong password, a name that is taken.
        const { code } = error as { code?: unknown }
        if (typeof code === 'number' && code > 0) fail(reason)
      })
      client.on('close', () => {
        if (signal.aborted) return
        receiver.report(`${name}: ${reason}; connecting again`)
        receiver.tell('stopped', reason)
      })
      client.on('reconnect', () => {
        reason = hasConnected ? 'the broker closed the connection' : 'the broker does not answer'
        receiver.tell('started')
      })
      signal.addEventListener('abort', () => resolve(), { once: true })
      if (signal.aborted) resolve()
    })
  } finally {
    client.end(true)
  }
}
