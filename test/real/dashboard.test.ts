/**
 * The dashboard in a real browser: issue 8 lines 5 and 7. `SCREENSHOTS=1` keeps its pictures in docs/images,
 * `SOAK=SECONDS` watches the page's memory for so long.
 */
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import tap, { type Test } from 'tap'
import { eventually, type PageRun, runWithPage } from '../support/page-run.ts'
import { accessibilityFaults, startChromium, stopChromium, withPage } from '../support/real/chromium.ts'
import { freePort } from '../support/real/free-port.ts'

if (!(await startChromium())) {
  tap.fail('Chromium is not installed, and could not be')
  process.exit(1)
}
tap.teardown(stopChromium)

const IMAGES = fileURLToPath(new URL('../../docs/images', import.meta.url))
const SOAK = Number(process.env.SOAK ?? 20) * 1000
const HOSTILE = '<script>alert(1)</script>"\'&amp;😀مرحبا<img/src=x/onerror=alert(2)>'
const WORDS = ['stream', 'batch', 'window', 'state', 'source', 'output', 'key', 'value', 'page', 'time']
const COUNT = ['flatmap', 'split', 'reduce-by-key']

/** A pipeline with dashboards at a port of its own. */
function dashboards(t: Test, port: number, ...args: readonly string[]): Promise<PageRun> {
  return runWithPage(
    t,
    args.map((word) => (word === 'PORT' ? String(port) : word)),
    { ui: [] },
  )
}

/** Write words to a pipeline until the test ends, some more often, up and down. */
function feed(t: Test, run: PageRun, words: readonly string[] = WORDS): void {
  let at = 0
  const timer = setInterval(() => {
    at += 1
    const line = words.flatMap((word, place) =>
      new Array<string>(Math.ceil((12 / (place + 1)) * (1.3 + Math.sin(at / 9 + place)))).fill(word),
    )
    run.write(`${line.join(' ')}\n`)
  }, 40)
  t.teardown(() => clearInterval(timer))
}

async function picture(page: Page, name: string): Promise<void> {
  if (process.env.SCREENSHOTS === undefined) return
  mkdirSync(IMAGES, { recursive: true })
  await page.screenshot({ path: join(IMAGES, `${name}.png`), fullPage: true })
}

const ALL = [
  ...['tee', '[', 'dashboard', 'PORT', '--title', 'Top words', ']'],
  ...['tee', '[', 'dashboard', 'PORT', '--chart', 'line', '--title', 'Words over time', ']'],
  ...['tee', '[', 'dashboard', 'PORT', '--chart', 'heatmap', ']'],
  ...['tee', '[', 'dashboard', 'PORT', '--chart', 'map-of-keys', ']'],
  ...['tee', '[', 'map', 'p => p[1]', 'reduce', 'sum', 'dashboard', 'PORT', '--title', 'Words', ']'],
  ...['dashboard', 'PORT', '--chart', 'table', '--title', 'All'],
]

tap.test('I8.5 I8.7 every chart is drawn, lives, and can be read by everybody', async (t) => {
  const words = ['--name', 'word count', '--interval', '300ms', ...COUNT, ...ALL]
  const run = await dashboards(t, await freePort(), ...words)
  feed(t, run)
  await withPage(t, async (page) => {
    await page.goto(run.url)
    await page.waitForSelector('g.bar')
    await page.waitForSelector('.plot canvas')
    t.equal(await page.title(), 'word count – dstream')
    t.equal(await page.textContent('#state'), 'live')
    t.strictSame(await page.locator('h2').allTextContents(), [
      'Top words',
      'Words over time',
      'Keys over time',
      'Map of keys',
      'Words',
      'All',
    ])
    const has = (selector: string, count: number): Promise<unknown> =>
      eventually(async () => (await page.locator(selector).count()) === count)
    await has('g.bar', WORDS.length)
    await has('.map g', WORDS.length)
    await has('.lines .legend b', 8)
    await has('.elements tbody tr', WORDS.length)
    t.match(await page.getAttribute('.bars', 'aria-label'), /^Top words: stream \d+, /)
    t.match(
      await page.getAttribute('.chart-heatmap canvas', 'aria-label'),
      /^Keys over time, \d+ times, values up to/,
    )
    const number = await page.textContent('.numbers .large')
    await eventually(async () => (await page.textContent('.numbers .large')) !== number)
    t.strictSame(await accessibilityFaults(page), [])
    const beyond = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
    t.ok((beyond as number) <= 0, `${beyond} pixels beyond the window`)
    await page.waitForTimeout(SOAK === 0 ? 0 : 6000)
    await picture(page, 'dashboard')
  })
  await withPage(
    t,
    async (page) => {
      await page.goto(run.url)
      await page.waitForSelector('g.bar')
      t.equal(await page.evaluate('getComputedStyle(document.body).backgroundColor'), 'rgb(20, 23, 28)')
      t.strictSame(await accessibilityFaults(page), [])
      await page.waitForTimeout(500)
      await picture(page, 'dashboard-dark')
    },
    { colorScheme: 'dark' },
  )
  await withPage(
    t,
    async (page) => {
      await page.goto(run.url)
      await page.waitForSelector('g.bar')
      const beyond = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
      t.ok((beyond as number) <= 0, `${beyond} pixels beyond the window of a phone`)
      t.strictSame(await accessibilityFaults(page), [])
    },
    { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 1 },
  )
})

tap.test('I8.5 bars move to their places; the table sorts and the page pauses, by keyboard', async (t) => {
  const chain = ['--batch-lines', '1', ...COUNT, 'tee', '[', 'dashboard', 'PORT', ']']
  const run = await dashboards(t, await freePort(), ...chain, 'dashboard', 'PORT', '--chart', 'table')
  run.write('a a a b b c\n')
  await withPage(t, async (page) => {
    await page.goto(run.url)
    await page.waitForSelector('g.bar')
    const order = (): Promise<unknown> =>
      page.evaluate(`[...document.querySelectorAll('g.bar')]
        .map((bar) => [bar.getBoundingClientRect().y, bar.querySelector('.name').textContent])
        .sort(([one], [other]) => one - other).map(([, name]) => name).join('')`)
    await eventually(async () => (await order()) === 'abc')
    run.write('a b b c c c\n')
    await eventually(async () => (await order()) === 'cba')

    const column = (place: number): Promise<readonly string[]> =>
      page.locator(`.elements td:nth-child(${place})`).allTextContents()
    await page.getByRole('button', { name: 'value' }).focus()
    await page.keyboard.press('Enter')
    t.strictSame(await column(2), ['3', '2', '1'])
    t.equal(await page.getAttribute('.elements th:nth-child(2)', 'aria-sort'), 'descending')
    await page.keyboard.press('Enter')
    t.strictSame(await column(2), ['1', '2', '3'])
    run.write('d d d d d d\nd\nd d\na b b\n')
    await eventually(async () => (await column(1)).join('') === 'ab')
    t.strictSame(await column(2), ['1', '2'], 'the order stays with the next batches')

    await page.getByRole('button', { name: 'Pause' }).focus()
    await page.keyboard.press('Enter')
    run.write('later\n')
    await page.waitForTimeout(600)
    t.strictSame(await column(1), ['a', 'b'])
    await page.getByRole('button', { name: 'Go on' }).press('Enter')
    await eventually(async () => (await column(1)).join('') === 'later')

    await page.getByRole('button', { name: 'Table' }).press('Enter')
    t.equal(await page.locator('.frame .elements').count(), 2, 'figures of the bars')
    t.strictSame(await accessibilityFaults(page), [])
  })
})

tap.test('I8.5 I8.7 what data say is text, whatever it looks like', async (t) => {
  const chain = ['--name', HOSTILE, '--batch-lines', '1', ...COUNT]
  const titled = ALL.flatMap((word) => (word === 'PORT' ? ['PORT'] : [word === 'Top words' ? HOSTILE : word]))
  const run = await dashboards(t, await freePort(), ...chain, ...titled)
  run.write(`${HOSTILE} ${HOSTILE} b\n`)
  await withPage(t, async (page) => {
    await page.goto(run.url)
    await page.waitForSelector('g.bar')
    t.equal(await page.textContent('h1'), HOSTILE)
    t.equal(await page.textContent('h2'), HOSTILE)
    t.equal(await page.textContent('g.bar title'), HOSTILE)
    t.strictSame(await page.locator('.elements td').first().textContent(), HOSTILE)
    t.equal(await page.locator('img, body script').count(), 0)
  })
})

tap.test('I8.5 a panel is saved: its figures as CSV, its drawing as PNG', async (t) => {
  const run = await dashboards(t, await freePort(), '--batch-lines', '1', ...COUNT, ...ALL)
  run.write('a a "q,"\nb a a "q,"\n')
  await withPage(t, async (page) => {
    await page.goto(run.url)
    await page.waitForSelector('g.bar')
    const save = async (panel: number, name: string): Promise<Buffer> => {
      const tools = page.locator('.panel').nth(panel).locator('.tools')
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        tools.getByText(name, { exact: true }).click(),
      ])
      return readFileSync(await download.path())
    }
    t.strictSame((await save(0, 'CSV')).toString().split('\r\n').sort(), [
      '',
      '"""q,""",1',
      'a,2',
      'b,1',
      'key,value',
    ])
    t.match((await save(1, 'CSV over time')).toString(), /^time,/)
    for (const panel of [0, 1, 2, 3, 4]) {
      const image = await save(panel, 'PNG')
      t.equal(image.toString('latin1', 1, 4), 'PNG')
      t.ok(
        image.readUInt32BE(16) > 400 && image.readUInt32BE(20) > 200,
        `panel ${panel}: as large as it is shown`,
      )
      t.ok(await isColourful(page, image), `panel ${panel}: it is not empty`)
    }
  })
})

/** Whether a picture has several colours. */
async function isColourful(page: Page, image: Buffer): Promise<boolean> {
  const colours = await page.evaluate(`(async () => {
    const image = new Image()
    image.src = 'data:image/png;base64,${image.toString('base64')}'
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = image.width
    canvas.height = image.height
    const context = canvas.getContext('2d')
    context.drawImage(image, 0, 0)
    const { data } = context.getImageData(0, 90, image.width, image.height - 90)
    const colours = new Set()
    for (let at = 0; at < data.length; at += 4) colours.add(data[at] + ' ' + data[at + 1] + ' ' + data[at + 2])
    return colours.size
  })()`)
  return (colours as number) > 5
}

tap.test('I8.5 the page comes back when its pipeline does, and says meanwhile that it is old', async (t) => {
  const port = await freePort()
  const chain = ['--batch-lines', '1', ...COUNT, 'dashboard', 'PORT']
  const first = await dashboards(t, port, ...chain)
  first.write('old old\n')
  await withPage(t, async (page, complaints) => {
    await page.goto(first.url)
    await page.locator('g.bar .name', { hasText: 'old' }).waitFor()
    t.equal(await first.end(), 0)
    await page.getByText('ended').waitFor()
    t.ok(await page.locator('body.stale').count(), 'it stays, and is seen to be old')
    t.equal(await page.locator('g.bar').count(), 1)
    const second = await dashboards(t, port, ...chain)
    second.write('new new b\n')
    await page.locator('g.bar .name', { hasText: 'new' }).waitFor()
    t.equal(await page.textContent('#state'), 'live')
    t.equal(await page.locator('g.bar').count(), 2)
    // The browser says each time that nobody answered.
    complaints.splice(0)
  })
})

tap.test('I8.5 as many updates as there can be: the page stays quick, and does not grow', async (t) => {
  const run = await dashboards(t, await freePort(), '--batch-lines', '1', ...COUNT, ...ALL)
  let number = 0
  const timer = setInterval(() => {
    let lines = ''
    for (let each = 0; each < 500; each++) {
      number += 1
      lines += `k${number % 5000} k${(number * 7) % 90} a b b\n`
    }
    run.write(lines)
  }, 50)
  t.teardown(() => clearInterval(timer))
  await withPage(t, async (page) => {
    await page.goto(run.url)
    await page.waitForSelector('g.bar')
    const session = await page.context().newCDPSession(page)
    const heap = async (): Promise<number> => {
      await session.send('HeapProfiler.collectGarbage')
      return ((await session.send('Runtime.getHeapUsage')) as { usedSize: number }).usedSize
    }
    await page.waitForTimeout(4000)
    const [before, nodes] = [await heap(), await page.locator('*').count()]
    const frames = (await page.evaluate(`new Promise((resolve) => {
      const began = performance.now()
      let frames = 0
      let longest = 0
      let last = began
      const next = (now) => {
        frames += 1
        longest = Math.max(longest, now - last)
        last = now
        if (now - began < 3000) requestAnimationFrame(next)
        else resolve({ frames, longest })
      }
      requestAnimationFrame(next)
    })`)) as { frames: number; longest: number }
    t.comment(`${frames.frames} frames in 3 s, the longest ${Math.round(frames.longest)} ms`)
    t.ok(frames.longest < 2000, 'it does not freeze')
    const batches = await page.textContent('.numbers .large')
    await page.waitForTimeout(SOAK)
    t.not(await page.textContent('.when'), batches)
    const [after, grown] = [await heap(), (await page.locator('*').count()) - nodes]
    t.comment(
      `heap ${Math.round(before / 1024)} KiB, then ${Math.round(after / 1024)} KiB; ${number} batches`,
    )
    t.ok(after < before * 1.5 + 1e6, 'the heap is flat')
    t.ok(Math.abs(grown) < 200, `${grown} more elements on the page`)
  })
})
