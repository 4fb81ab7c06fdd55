import { parseDuration } from '../../engine/plan/duration.ts'
import type { Recording } from '../../engine/recording/reader.ts'
import type { Word } from '../grammar.ts'
import { timeText } from '../screen/figures.ts'
import { shownWord, WordError } from '../usage.ts'

/**
 * Return the number of the batch that `--batch` names: by its number, or by its time as a table shows it (`13:05:00`,
 * `t+5s`), in milliseconds as Spark's blocks show it (that one exactly), as a date, or as the time since the recording began (`90s`). Between
 * two batches it is the later one, whose interval the time lies in.
 *
 * @throws WordError where it names none.
 */
export function batchNumber(word: Word, recording: Recording, count: number): number {
  const { text } = word
  const { times, zeroTime, header } = recording
  const number = /^\d+$/.test(text) ? Number(text) : undefined
  if (number !== undefined && number >= 1 && number <= count) return number
  const known = times.slice(0, count)
  const isReached = number === undefined ? reachedBy(text, zeroTime) : (time: number) => time === number
  if (isReached === undefined) {
    throw new WordError(
      word.index,
      `--batch expects a number such as 17 or a time such as 13:05:00, 90s or 2026-11-23T13:05:00, got ${shownWord(text)}`,
    )
  }
  const index = known.findIndex(isReached)
  const last = known.at(-1)
  if (index >= 0) return index + 1
  const range =
    last === undefined
      ? 'no batch'
      : `batches 1 to ${count}, ${timeText(known[0] as number, header.interval)} to ${timeText(last, header.interval)}`
  throw new WordError(word.index, `there is no batch ${shownWord(text)}: the recording holds ${range}`)
}

/** Return whether a time is at or behind the one that a text says; undefined where it says none. */
function reachedBy(text: string, zeroTime: number): ((time: number) => boolean) | undefined {
  const since = parseDuration(text.replace(/^t\+/, ''))
  if (since !== undefined) return (time) => time >= zeroTime + since
  const [, hours, minutes, seconds = '0'] = /^(\d\d):(\d\d)(?::(\d\d(?:\.\d+)?))?$/.exec(text) ?? []
  if (hours !== undefined) {
    const wanted = (Number(hours) * 60 + Number(minutes)) * 60_000 + Math.round(Number(seconds) * 1000)
    const first = sinceMidnight(zeroTime)
    // A recording over midnight: what is before its beginning is the next day.
    const distance = (wanted - first + 86_400_000) % 86_400_000
    return (time) => time - zeroTime >= distance
  }
  const date = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(date) ? undefined : (time) => time >= date
}

function sinceMidnight(time: number): number {
  const date = new Date(time)
  const seconds = (date.getHours() * 60 + date.getMinutes()) * 60 + date.getSeconds()
  return seconds * 1000 + date.getMilliseconds()
}
