/** The keys of Spark's streaming configuration, as data: what each means, and whether it does something here. */

import type { ConfigurationKey, Row } from './configuration-row.ts'
import { CONNECTOR_KEYS } from './connector-keys.ts'

export type { ConfigurationKey, ConfigurationType } from './configuration-row.ts'

const GAIN = 'as in Spark, once a batch is late'
const LOG = 'the log of a checkpoint is one of its own'
const ROLLING = 'a log ends at a snapshot: --checkpoint-interval'
const FAILURES = 'a write that fails ends the context, before anything is shown that is not written'
const BATCHING = 'the disk is waited for once a batch'
const WORKERS = 'threads are those of the master'

const ROWS: readonly Row[] = [
  [
    'backpressure.enabled',
    'boolean',
    'false',
    'control the rate of receivers',
    'works',
    'true where absent: limits a receiver from a late batch on, until batches are in time; see docs/backpressure.md',
  ],
  [
    'backpressure.initialRate',
    'integer',
    '—',
    'records a second at first',
    'works',
    'of each receiver, until there is an estimate; 0 or less is no limit',
  ],
  ['backpressure.rateEstimator', 'string', 'pid', 'how the rate is estimated', 'works', 'pid alone'],
  ['backpressure.pid.proportional', 'number', '1.0', 'weight of the error', 'works', GAIN],
  ['backpressure.pid.integral', 'number', '0.2', 'weight of the errors before', 'works', GAIN],
  ['backpressure.pid.derived', 'number', '0.0', "weight of the error's change", 'works', GAIN],
  ['backpressure.pid.minRate', 'number', '100', 'least records a second', 'works', GAIN],
  [
    'blockInterval',
    'ms',
    '200ms',
    'time of a block of a receiver',
    'works',
    'blocks of elements that a receiver stores one by one; text is handed over as it is read',
  ],
  [
    'receiver.maxRate',
    'integer',
    'no limit',
    'records a second of each receiver',
    'works',
    'as --max-rate; 0 or less is no limit',
  ],
  [
    'receiver.writeAheadLog.enable',
    'boolean',
    'false',
    'log what is received',
    'works',
    'what is received is always logged where there is a checkpoint; true without one is an error, as in Spark',
  ],
  ['receiver.writeAheadLog.class', 'string', '—', 'class of the log', 'none', LOG],
  ['receiver.writeAheadLog.rollingIntervalSecs', 'integer', '60', 'seconds of a log file', 'none', ROLLING],
  ['receiver.writeAheadLog.maxFailures', 'integer', '3', 'attempts to write', 'none', FAILURES],
  ['receiver.writeAheadLog.closeFileAfterWrite', 'boolean', 'false', 'close after each write', 'none', LOG],
  ['driver.writeAheadLog.class', 'string', '—', "class of the driver's log", 'none', LOG],
  ['driver.writeAheadLog.rollingIntervalSecs', 'integer', '60', 'seconds of a log file', 'none', ROLLING],
  ['driver.writeAheadLog.maxFailures', 'integer', '3', 'attempts to write', 'none', FAILURES],
  ['driver.writeAheadLog.closeFileAfterWrite', 'boolean', 'false', 'close after each write', 'none', LOG],
  [
    'driver.writeAheadLog.allowBatching',
    'boolean',
    'true',
    'write several records at once',
    'none',
    BATCHING,
  ],
  [
    'driver.writeAheadLog.batchingTimeout',
    'integer',
    '5000',
    'milliseconds of such a write',
    'none',
    BATCHING,
  ],
  [
    'unpersist',
    'boolean',
    'true',
    'drop old batches',
    'none',
    'a batch is dropped as soon as nothing looks back at it',
  ],
  [
    'stopGracefullyOnShutdown',
    'boolean',
    'false',
    'finish what was received when told to end',
    'works',
    'the command does so unless it is false; a program does so where it is true',
  ],
  [
    'gracefulStopTimeout',
    'ms',
    '10 batches',
    'how long a graceful stop may take',
    'works',
    'what is left then is dropped; no limit where absent, for in Spark running jobs have an hour',
  ],
  [
    'stopSparkContextByDefault',
    'boolean',
    'true',
    'whether stop() ends the SparkContext too',
    'none',
    'there is no other context to stop',
  ],
  ['ui.retainedBatches', 'integer', '1000', 'batches that the page remembers', 'works', 'of --ui'],
  [
    'concurrentJobs',
    'integer',
    '1',
    'output operations at the same time',
    'none',
    'outputs of a batch run one after the other',
  ],
  [
    'sessionByKey.deltaChainThreshold',
    'integer',
    '20',
    "length of a state map's chain of changes",
    'none',
    'states are kept in one table',
  ],
  [
    'manualClock.jump',
    'integer',
    '0',
    'how far a test clock jumps when a context is recovered',
    'none',
    'a ManualClock is moved by its program',
  ],
  [
    'extraListeners',
    'string',
    '—',
    'listeners, with commas between them',
    'works',
    'each an export of a module, ./my.ts#Listener, or StatsReportListener',
  ],
  [
    'checkpoint.directory',
    'string',
    '—',
    'directory of the checkpoint',
    'works',
    'as --checkpoint DIR and ssc.checkpoint(directory), which count before it',
  ],
  [
    'fileStream.minRememberDuration',
    's',
    '60s',
    'age up to which a file is new',
    'works',
    'for files, textFileStream and fileStream; whole batches, rounded up',
  ],
  [
    'receiverRestartDelay',
    'ms',
    '2000ms',
    'time before a receiver starts again',
    'works',
    'for socket, where --retry is absent, and for receivers of a program',
  ],
  ['dynamicAllocation.enabled', 'boolean', 'false', 'follow the load with workers', 'later', WORKERS],
  ['dynamicAllocation.minExecutors', 'integer', '—', 'least workers', 'later', WORKERS],
  ['dynamicAllocation.maxExecutors', 'integer', 'no limit', 'most workers', 'later', WORKERS],
  ['dynamicAllocation.scalingInterval', 's', '60s', 'time between two changes', 'later', WORKERS],
  [
    'dynamicAllocation.scalingUpRatio',
    'number',
    '0.9',
    'load from which on there are more',
    'later',
    WORKERS,
  ],
  [
    'dynamicAllocation.scalingDownRatio',
    'number',
    '0.3',
    'load up to which there are fewer',
    'later',
    WORKERS,
  ],
  ...CONNECTOR_KEYS,
]

/** What all keys of streaming begin with. */
export const STREAMING_PREFIX = 'spark.streaming.'

/** Every key of Spark's streaming configuration, in the order of its documentation. */
export const CONFIGURATION_KEYS: readonly ConfigurationKey[] = ROWS.map(
  ([name, type, standard, summary, effect, here]) => ({
    name,
    type,
    default: standard,
    summary,
    effect,
    here,
  }),
)
