/** A stretch of text that is safe to write to a terminal. */
export interface Run {
  readonly text: string
  /** The text stands for a character that must not be written itself. */
  readonly escaped: boolean
}

/** A text made safe, and cut to a number of columns. */
export interface Fitted {
  readonly runs: readonly Run[]
  /** How many columns the runs take on the terminal. */
  readonly width: number
}

// What could move the cursor, turn the direction of writing, end the line or hide: controls, lone surrogates, the
// invisible. Joiners and variation selectors stay, as emoji and many scripts need them; so do the tags of a flag.
const UNSAFE =
  /(\u{1f3f4}[\u{e0061}-\u{e007a}]{2,6}\u{e007f})|(?!\u200c|\u200d|\p{Variation_Selector})[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/gu
// Latin letters, punctuation, currencies: each code unit is a grapheme of one column.
const PLAIN = /^[ -~\u00a0-\u00ac\u00ae-\u02ff\u2010-\u2027\u20a0-\u20bf]*$/
// Where string-width differs from the terminals: they draw these emoji as text, in one column, unless a variation
// selector follows; and each of these letters and vowel signs takes a column, though it belongs to the one before.
const TEXT_EMOJI = /^(?!\p{Emoji_Presentation}|[\u3030\u303d\u3297\u3299\u{1f202}\u{1f237}])\p{Emoji}$/u
const SPACING = /(?<=.)(?:[\uff9e\uff9f\p{Mc}]|(?![\u1100-\u11ff\ud7b0-\ud7fb])\p{Lo})/gu
const NAMES: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r' }
// A letter may carry any number of marks: this many code units are drawn (the longest emoji in use has 25).
const LONGEST_GRAPHEME = 32
const ELLIPSIS = '…'

// How many graphemes' widths are remembered.
const MANY = 4096

/** Thrown where a width is asked that needs `loadWidths` first. */
export const UNMEASURED = new Error('a text is measured before loadWidths has resolved')

// Both cost 10 ms at start, as much as the rest of the screen: Latin text does without.
let stringWidth: ((text: string) => number) | undefined
let segmenter: Intl.Segmenter | undefined
const known = new Map<string, number>()

/** Load what measures characters beyond Latin: string-width. */
export async function loadWidths(): Promise<void> {
  stringWidth = (await import('string-width')).default
}

/** Return what `make` returns; a promise of it where a text is met whose measure must be loaded first. */
export function measured(make: () => string): string | Promise<string> {
  try {
    return make()
  } catch (error) {
    if (error !== UNMEASURED) throw error
    return loadWidths().then(make)
  }
}

/**
 * Return a text as it may be shown in `room` columns: characters that could drive the terminal are spelled (`\x1b`),
 * and what is wider is cut between two graphemes (UAX #29) and ends with `…`.
 */
export function fit(text: string, room: number): Fitted {
  if (PLAIN.test(text)) {
    if (text.length <= room) return { runs: [{ text, escaped: false }], width: text.length }
    return { runs: [{ text: text.slice(0, room - 1) + ELLIPSIS, escaped: false }], width: room }
  }
  const runs: Run[] = []
  let width = 0
  // What fits beside an ellipsis, should the text turn out to be too wide.
  let kept = 0
  let keptWidth = 0
  for (const unit of units(text)) {
    const columns = unit.escaped ? unit.text.length : graphemeWidth(unit.text)
    if (width + columns > room) {
      runs.length = kept
      runs.push({ text: ELLIPSIS, escaped: false })
      return { runs: joined(runs), width: keptWidth + 1 }
    }
    width += columns
    runs.push(unit)
    if (width < room) {
      kept = runs.length
      keptWidth = width
    }
  }
  return { runs: joined(runs), width }
}

/**
 * Return how many columns one grapheme takes, East Asian wide characters and emoji being two.
 *
 * @throws UNMEASURED before `loadWidths` has resolved, where the grapheme is not Latin.
 */
export function graphemeWidth(grapheme: string): number {
  if (grapheme.length === 1 && PLAIN.test(grapheme)) return 1
  let width = known.get(grapheme)
  if (width === undefined) {
    if (stringWidth === undefined) throw UNMEASURED
    width = TEXT_EMOJI.test(grapheme) ? 1 : stringWidth(grapheme) + (grapheme.match(SPACING)?.length ?? 0)
    // string-width compiles its expressions anew at each call.
    if (known.size >= MANY) known.clear()
    known.set(grapheme, width)
  }
  return width
}

/** Return the graphemes of a text: user-perceived characters by UAX #29. */
export function* graphemes(text: string): Generator<string> {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' })
  for (const { segment } of segmenter.segment(text)) yield segment
}

/** The text as graphemes and spelled characters, in order: what a cut must not divide. */
function* units(text: string): Generator<Run> {
  let end = 0
  for (const match of text.matchAll(UNSAFE)) {
    if (match[1] !== undefined) continue
    yield* safeUnits(text.slice(end, match.index))
    yield { text: spelled(match[0]), escaped: true }
    end = match.index + match[0].length
  }
  yield* safeUnits(text.slice(end))
}

function* safeUnits(text: string): Generator<Run> {
  for (const grapheme of graphemes(text)) {
    if (grapheme.length <= LONGEST_GRAPHEME) yield { text: grapheme, escaped: false }
    else yield { text: grapheme.slice(0, LONGEST_GRAPHEME).replace(/\p{Cs}$/u, ''), escaped: false }
  }
}

function spelled(character: string): string {
  const code = character.codePointAt(0) ?? 0
  const hex = code.toString(16)
  if (code > 0xffff) return `\\u{${hex}}`
  return NAMES[character] ?? (code > 0xff ? `\\u${hex.padStart(4, '0')}` : `\\x${hex.padStart(2, '0')}`)
}

function joined(runs: readonly Run[]): readonly Run[] {
  const result: Run[] = []
  for (const run of runs) {
    const last = result.at(-1)
    if (last !== undefined && last.escaped === run.escaped) {
      result[result.length - 1] = { text: last.text + run.text, escaped: run.escaped }
    } else result.push(run)
  }
  return result
}
