import { UsageError } from '../../plan/errors.ts'
import type { KafkaSettings } from '../../sources/kafka/driver.ts'

type Values = Readonly<Record<string, unknown>>

const MECHANISMS = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const

/**
 * Return who the parameters say that we are.
 *
 * @throws UsageError where they do not, without what they say.
 */
export function saslOf(
  values: Values,
  textOf: (values: Values, key: string) => string | undefined,
  oneOf: (values: Values, key: string, options: readonly string[]) => string | undefined,
): NonNullable<KafkaSettings['sasl']> {
  const mechanism = oneOf(values, 'sasl.mechanism', MECHANISMS) ?? 'PLAIN'
  const jaas = textOf(values, 'sasl.jaas.config')
  const user = jaas === undefined ? textOf(values, 'sasl.username') : quoted(jaas, 'username')
  const password = jaas === undefined ? textOf(values, 'sasl.password') : quoted(jaas, 'password')
  if (user !== undefined && password !== undefined) return { mechanism, user, password }
  throw new UsageError(
    jaas === undefined
      ? 'kafkaParams: a security.protocol with SASL needs sasl.username and sasl.password, or sasl.jaas.config'
      : 'kafkaParams: sasl.jaas.config names no username="…" and password="…"',
  )
}

/** The value of a word of a JAAS configuration, in which a backslash stands before quotes and itself. */
function quoted(jaas: string, word: string): string | undefined {
  const pattern = new RegExp(`(?:^|\\s)${word}\\s*=\\s*"((?:[^"\\\\]|\\\\.)*)"`)
  return pattern.exec(jaas)?.[1]?.replace(/\\(.)/g, '$1')
}
