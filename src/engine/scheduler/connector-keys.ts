import type { Row } from './configuration-row.ts'

const KAFKA = 'brokers are asked for exact ranges, and no consumers are kept'

/** The keys of Kafka and Kinesis. */
export const CONNECTOR_KEYS: readonly Row[] = [
  [
    'kafka.maxRatePerPartition',
    'integer',
    '0',
    'records a second of a partition',
    'works',
    'none where 0; --max-rate-per-partition',
  ],
  ['kafka.minRatePerPartition', 'integer', '1', 'least records a second', 'works', 'where batches are late'],
  ['kafka.consumer.cache.enabled', 'boolean', 'true', 'keep consumers', 'none', KAFKA],
  ['kafka.consumer.cache.initialCapacity', 'integer', '16', 'consumers at first', 'none', KAFKA],
  ['kafka.consumer.cache.maxCapacity', 'integer', '64', 'most consumers', 'none', KAFKA],
  ['kafka.consumer.cache.loadFactor', 'number', '0.75', 'when their table grows', 'none', KAFKA],
  ['kafka.consumer.poll.ms', 'integer', '—', 'milliseconds of a poll', 'none', KAFKA],
  [
    'kafka.allowNonConsecutiveOffsets',
    'boolean',
    'false',
    'read compacted topics',
    'none',
    'they are always read',
  ],
  [
    'kinesis.retry.waitTime',
    'ms',
    '100ms',
    'wait before another attempt',
    'works',
    'doubled with each attempt, up to 5s',
  ],
  [
    'kinesis.retry.maxAttempts',
    'integer',
    '3',
    'attempts to read',
    'works',
    'of the first call; a service that has answered once, or throttles, is waited for',
  ],
]
