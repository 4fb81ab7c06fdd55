// Sample batches as `print` shows them, for pictures of the tables alone.
//
//   node --import=tsx scripts/pictures-sample.ts words|log|unicode|long|join

import { colourLevel, terminalWidth } from '../src/cli/screen/colour.ts'
import { renderTable } from '../src/cli/screen/table.ts'

const AGENT = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0'

const SAMPLES: Readonly<Record<string, readonly (readonly [readonly unknown[], number])[]>> = {
  words: [
    [
      [
        ['the', 412],
        ['of', 230],
        ['and', 198],
        ['to', 187],
        ['a', 164],
        ['in', 121],
      ],
      4213,
    ],
    [[], 0],
    [
      [
        ['the', 12],
        ['question', 1],
        ['not', 4],
        ['be', 7],
      ],
      4,
    ],
  ],
  log: [
    [
      [
        {
          host: '192.0.2.14',
          method: 'GET',
          path: '/',
          status: 200,
          bytes: 5120,
          ms: 3.1,
          agent: AGENT,
          referer: null,
        },
        {
          host: '198.51.100.7',
          method: 'GET',
          path: '/docs/getting-started/windows-and-sliding-intervals.html',
          status: 304,
          bytes: 0,
          ms: 0.8,
          agent: AGENT,
          referer: 'https://example.org/',
        },
        {
          host: '203.0.113.250',
          method: 'POST',
          path: '/api/v1/events',
          status: 503,
          ms: 1210.4,
          agent: 'curl/8.5.0',
          referer: null,
        },
      ],
      1873,
    ],
  ],
  unicode: [
    [
      [
        ['日本語のテキスト', 12],
        ['naïve café', 7],
        ['👩‍👩‍👧‍👦 🇺🇦 👍🏽', 5],
        ['한국어', 4],
        ['tab\there \x1b[31mred\x1b[0m', 3],
        ['', 2],
        [null, 1],
      ],
      7,
    ],
  ],
  long: [
    [
      [
        ['short', 1],
        ['a value of two hundred columns '.repeat(7).slice(0, 200), 2],
        ['日本語'.repeat(40), 3],
      ],
      3,
    ],
  ],
  join: [
    [
      [
        ['u1', ['alice', 31.5]],
        ['u2', ['bob', null]],
        ['u3', ['carol', 12]],
      ],
      3,
    ],
    [['plain text', [1, 2, 3], { a: 1 }, true, null], 5],
  ],
}

const options = {
  width: terminalWidth(process.stdout, process.env),
  colour: colourLevel(process.stdout, process.env),
  interval: 1000,
}
let time = new Date(2026, 2, 14, 12, 0, 1).getTime()
for (const [elements, total] of SAMPLES[process.argv[2] ?? 'words'] ?? []) {
  process.stdout.write(await renderTable({ time, elements, total }, options))
  time += 1000
}
