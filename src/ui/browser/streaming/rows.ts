import type { BatchView, HeadView, StateView } from '../../streaming/shown.ts'
import { element } from '../shared/elements.ts'
import { duration, rate, shortRate } from '../shared/format.ts'
import { average, Sources } from './sources.ts'
import { type Line, Timeline } from './timeline.ts'

/** One row: what it is, its average, its timeline and its histogram. */
class Row {
  readonly section = element('div', { class: 'row' })
  readonly timeline: Timeline
  readonly about = element('div', { class: 'about' })
  readonly #average = element('p', { class: 'average' })
  readonly #note = element('p', { class: 'note' })

  constructor(
    title: string,
    lines: readonly Line[],
    format: (value: number) => string,
    isTimed: boolean,
    onPick: (time: number) => void,
  ) {
    this.timeline = new Timeline({ title, lines, format, isTimed, onPick, hasHistogram: true })
    this.about.append(element('h3', {}, title), this.#average, this.#note)
    this.section.append(this.about, this.timeline.figure)
  }

  say(value: string, note: string): void {
    this.#average.replaceChildren(element('small', {}, 'Avg '), value)
    this.#note.textContent = note
  }
}

/** The four rows of the page: input rate, scheduling delay, processing time, total delay. */
export class TimelineRows {
  readonly #input: Row
  readonly #scheduling: Row
  readonly #processing: Row
  readonly #total: Row
  readonly #sources: Sources
  #shown: () => void = () => {}

  constructor(host: HTMLElement, isTimed: boolean, onPick: (time: number) => void) {
    const row = (title: string, lines: readonly Line[], format: (value: number) => string): Row =>
      new Row(title, lines, format, isTimed, onPick)
    this.#input = row('Input Rate', [{ label: '', colour: '--series-1', isArea: true }], shortRate)
    this.#scheduling = row('Scheduling Delay', [{ label: '', colour: '--series-4', isArea: true }], duration)
    this.#processing = row(
      'Processing Time',
      [
        { label: '', colour: '--series-3', isArea: true },
        { label: 'with work on arrival', colour: '--series-6' },
        { label: 'interval', colour: '--series-2', isDashed: true },
      ],
      duration,
    )
    this.#total = row('Total Delay', [{ label: '', colour: '--series-5', isArea: true }], duration)
    this.#sources = new Sources(isTimed)
    this.#sources.details.addEventListener('toggle', () => this.#shown())
    host.replaceChildren(
      this.#input.section,
      this.#sources.details,
      this.#scheduling.section,
      this.#processing.section,
      this.#total.section,
    )
  }

  /** Show the batches that are done, the oldest first. */
  show({ interval }: HeadView, { sources }: StateView, batches: readonly BatchView[]): void {
    this.#shown = () => this.#sources.show(sources, batches)
    const times = batches.map(({ time }) => time)
    const last = batches.at(-1)
    const rates = batches.map((batch) => batch.rate)
    const scheduling = batches.map(({ schedulingDelay }) => schedulingDelay)
    const processing = batches.map(({ processingTime }) => processingTime)
    const busy = batches.map(({ processingTime = 0, arrivalDelay = 0 }) => processingTime + arrivalDelay)
    const total = batches.map(({ totalDelay }) => totalDelay)
    const mean = (values: readonly (number | undefined)[]): number =>
      average(values.filter((value) => value !== undefined))
    this.#input.timeline.show(times, rates)
    this.#scheduling.timeline.show(times, scheduling)
    this.#processing.timeline.show(
      times,
      processing,
      busy,
      times.map(() => interval),
    )
    this.#total.timeline.show(times, total)
    if (last !== undefined) {
      const share = (100 * mean(busy)) / interval
      const used = share > 0 && share < 0.1 ? 'less than 0.1' : share.toFixed(share < 10 ? 1 : 0)
      this.#input.say(rate(mean(rates)), `last batch ${rate(last.rate)}`)
      this.#scheduling.say(
        duration(round(mean(scheduling))),
        'from the end of a batch to the start of its work',
      )
      this.#processing.say(
        duration(round(mean(processing))),
        `with work on arrival, ${used} % of the interval`,
      )
      this.#total.say(duration(round(mean(total))), 'from the end of a batch to its results')
    }
    this.#sources.show(sources, batches)
  }
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
