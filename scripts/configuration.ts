/** Writes docs/configuration.md from the table of keys. */
import { CONFIGURATION_KEYS, STREAMING_PREFIX } from '../src/engine/scheduler/configuration-keys.ts'

/** What each kind of key is called in the table. */
const EFFECTS = { works: 'works', later: 'no effect yet', none: 'no effect' } as const

/** Return the page of the configuration. */
export function configurationPage(): string {
  const rows = CONFIGURATION_KEYS.map(
    ({ name, type, default: standard, summary, effect, here }) =>
      `| \`${name}\` | ${type} | ${standard} | ${summary} | **${EFFECTS[effect]}**: ${here} |`,
  )
  return `${INTRODUCTION}\n${rows.join('\n')}\n`
}

const INTRODUCTION = `# Configuration

A context knows the keys of Spark Streaming's configuration, with Spark's names, types and defaults. On the command line
each is a \`--conf key=value\`, as often as you like; in a program they are the option \`conf\`, a record or a
\`SparkConf\`. A flag or an option of the context that says the same counts more.

A key below \`${STREAMING_PREFIX}\` that does not exist is an error, and so is a value of the wrong type. A key that
has no effect is accepted, so that the configuration of a Spark program can stay as it is, and one line on stderr says
so. \`spark.master\` and \`spark.app.name\` stand for \`--master\` and \`--name\`; other keys of Spark have no effect.

The type \`ms\` is a duration, \`200ms\`, \`5s\` or \`2min\`, and milliseconds where it has no unit; \`s\` is the same with
seconds.

| behind \`${STREAMING_PREFIX}\` | type | in Spark | means | here |
|---|---|---|---|---|`
