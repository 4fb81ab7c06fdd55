/** Kafka by TLS, with passwords: row S2, issue 7 lines 1 and 7. */
import { Admin, Producer } from '@platformatic/kafka'
import tap from 'tap'
import { makeCertificate } from '../support/certificate.ts'
import { realKafka, SURE } from '../support/real/kafka.ts'
import { dstream } from '../support/run.ts'

const USER = 'reader'
const PASSWORD = 'hidden-Zq81xT0'

const found = await realKafka(USER, PASSWORD)
if (found === undefined) throw new Error('Kafka is not installed, and could not be')
const server = found
tap.teardown(() => server.remove())

const admin = new Admin({ clientId: 'test', bootstrapBrokers: [server.brokers] })
await admin.createTopics({ topics: ['secret'], partitions: 1, replicas: 1 })
const producer = new Producer({ ...SURE, bootstrapBrokers: [server.brokers] })
await producer.send({
  messages: Array.from({ length: 1000 }, (_, index) => ({ topic: 'secret', value: Buffer.from(`${index}`) })),
})
await Promise.all([admin.close(), producer.close()])

const ALL = ['--from', 'earliest', '--until', 'end', '--interval', '200ms', 'count', 'emit']

function read(words: readonly string[], password: string | undefined = PASSWORD): ReturnType<typeof dstream> {
  const env = { ...process.env, DSTREAM_KAFKA_PASSWORD: password }
  return dstream(['kafka', 'secret', ...words, ...ALL], '', { env, timeout: 20_000 })
}

tap.test('S2 I7.1 TLS with PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512', async (t) => {
  for (const mechanism of ['plain', 'scram-sha-256', 'scram-sha-512']) {
    const tls = ['--brokers', server.tls, '--tls', '--tls-ca', server.authority]
    const ran = await read([...tls, '--user', USER, '--sasl', mechanism])
    t.equal(ran.code, 0, `${mechanism}: ${ran.stderr}`)
    t.equal(Number(ran.stdout.split('\n')[0]), 1000, mechanism)
  }
})

tap.test(
  'S2 I7.7 wrong password, authority and door: each a clear error within 10 s, without the password',
  async (t) => {
    const folder = t.testdir()
    const other = `${folder}/other.pem`
    makeCertificate(other, `${folder}/key.pem`)
    const user = ['--user', USER, '--sasl', 'scram-sha-256']
    const tls = ['--brokers', server.tls, '--tls', '--tls-ca', server.authority]
    const cases: readonly [words: readonly string[], code: number, said: RegExp, password?: string][] = [
      [[...tls, ...user], 1, /refuses/, 'mistaken-Zq81'],
      [[...tls, '--user', 'nobody', '--sasl', 'scram-sha-512'], 1, /refuses/],
      [['--brokers', server.tls, '--tls', '--tls-ca', other, ...user], 1, /certificate/],
      [['--brokers', server.tls, '--tls', ...user], 1, /certificate/],
      [['--brokers', server.tls], 1, /--tls|closed|TLS/],
      [['--brokers', server.brokers, '--tls', '--tls-ca', server.authority], 1, /TLS|SSL|tls/],
      [['--brokers', server.tls, '--tls', '--tls-ca', `${folder}/none.pem`, ...user], 2, /none\.pem/],
      [['--brokers', server.tls, '--tls', '--user', USER, '--sasl', 'gssapi'], 2, /--sasl/],
    ]
    for (const [words, code, said, password] of cases) {
      const began = performance.now()
      const ran = await read(words, password)
      t.equal(ran.code, code, `${words.join(' ')}: ${ran.stderr}`)
      t.match(ran.stderr, said)
      t.notMatch(ran.stderr, /Zq81|\n\s+at /)
      t.ok(performance.now() - began < 12_000, `${words.join(' ')} took ${performance.now() - began} ms`)
    }
  },
)
