/**
 * The streaming page in a real browser: issue 8 lines 4 and 7, rows U1–U5. `SCREENSHOTS=1` keeps its pictures in
 * docs/images.
 */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
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
const HOSTILE = `<script>alert(1)</script> "q" 'a' &amp; 😀 مرحبا <img src=x onerror=alert(2)>`

/** Write lines to a pipeline until the test ends, up and down. */
function feed(t: Test, run: PageRun): void {
  let at = 0
  const timer = setInterval(() => {
    at += 1
    const lines = 60 + Math.round(40 * Math.sin(at / 7)) + ((at * 37) % 20)
    run.write('the quick brown fox jumps over the lazy dog\n'.repeat(lines))
  }, 40)
  t.teardown(() => clearInterval(timer))
}

/** The number of batches that a page says are done. */
async function completed(page: Page): Promise<number> {
  const text = (await page.textContent('#completed-count')) ?? ''
  return Number(/of ([\d,]+)/.exec(text)?.[1]?.replaceAll(',', '') ?? 0)
}

async function picture(page: Page, name: string): Promise<void> {
  if (process.env.SCREENSHOTS === undefined) return
  mkdirSync(IMAGES, { recursive: true })
  const { width = 0 } = page.viewportSize() ?? {}
  if (width > 1000) await page.setViewportSize({ width: 1000, height: 790 })
  await page.waitForTimeout(700)
  await page.screenshot({ path: join(IMAGES, `${name}.png`) })
}

async function isAsWideAsItsWindow(t: Test, page: Page): Promise<void> {
  const beyond = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
  t.ok((beyond as number) <= 0, `${beyond} pixels beyond the window`)
}

tap.test('U1 U3 U4 I8.7 the page is drawn, lives, and can be read by everybody', async (t) => {
  const chain = [
    '--name',
    'word count',
    '--interval',
    '500ms',
    'flatmap',
    'split',
    'reduce-by-key',
    'top',
    '5',
    'print',
  ]
  const run = await runWithPage(t, chain)
  feed(t, run)
  await withPage(t, async (page) => {
    const began = Date.now()
    await page.goto(run.url)
    await page.waitForSelector('.timeline canvas')
    t.comment(`the first chart after ${Date.now() - began} ms`)
    t.equal(await page.textContent('#name'), 'word count')
    t.equal(await page.title(), 'word count – dstream')
    const early = await eventually(async () => (await completed(page)) || undefined)
    await eventually(async () => (await completed(page)) >= early + 3)
    t.match(
      await page.textContent('#summary'),
      /^Running batches of 500 ms for .+ since \d{4}\/\d\d\/\d\d [\d:]+ \(\d+ completed batches, [\d,]+ records\)$/,
    )
    t.equal(await page.textContent('#state'), 'running')
    t.strictSame(await page.locator('.row h3').allTextContents(), [
      'Input Rate',
      'Scheduling Delay',
      'Processing Time',
      'Total Delay',
    ])
    t.equal(await page.locator('.row canvas').count(), 4)
    t.equal(await page.locator('.row .histogram').count(), 4)
    t.ok((await page.locator('.histogram rect').count()) > 0)
    t.match(
      await page.getAttribute('.row .chart', 'aria-label'),
      /^Input Rate of \d+ batches: least .*\/s, most .*\/s/,
    )
    t.match(await page.locator('.row').nth(2).textContent(), 'interval 500 ms')
    const rates = await page.locator('.plan .rate').allTextContents()
    t.match(
      [rates[0], rates[2], rates[3]],
      [/^[\d,]+\/s$/, '16/s', '10/s'],
      'of the source, and of stages that hold batches',
    )
    t.strictSame(await page.locator('.stage.lowered .label').allTextContents(), [
      'flatmap split',
      'reduce-by-key',
    ])
    await page.locator('.sources summary').click()
    t.match(await page.textContent('.sources table'), /stdin.*ACTIVE.*\/s/)
    await page.waitForSelector('.sources canvas')
    t.strictSame(await accessibilityFaults(page), [])
    await isAsWideAsItsWindow(t, page)
    await page.locator('.sources summary').click()
    await eventually(async () => (await completed(page)) >= 40, 60_000)
    await picture(page, 'streaming-page')
  })
  await withPage(
    t,
    async (page) => {
      await page.goto(run.url)
      await page.waitForSelector('.plan .stage')
      t.equal(await page.evaluate('getComputedStyle(document.body).backgroundColor'), 'rgb(20, 23, 28)')
      t.strictSame(await accessibilityFaults(page), [])
      await picture(page, 'streaming-page-dark')
    },
    { colorScheme: 'dark' },
  )
  await withPage(
    t,
    async (page) => {
      await page.goto(run.url)
      await page.waitForSelector('.plan .stage')
      await isAsWideAsItsWindow(t, page)
      t.strictSame(await accessibilityFaults(page), [])
      await picture(page, 'streaming-page-phone')
    },
    { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 1 },
  )
})

tap.test('U4 I8.4 by keyboard: the batches are reached, turned and opened', async (t) => {
  const run = await runWithPage(t, ['--interval', '50ms', 'emit'])
  await withPage(t, async (page) => {
    await page.goto(run.url)
    await eventually(async () => (await completed(page)) > 45)
    await page.keyboard.press('Tab')
    t.equal(await page.evaluate('document.activeElement.textContent'), 'Skip to the batches')
    await page.keyboard.press('Enter')
    const older = page.getByRole('button', { name: 'Older' })
    await older.focus()
    await page.keyboard.press('Enter')
    const first = await page.textContent('#completed tbody a')
    const before = await completed(page)
    await eventually(async () => (await completed(page)) > before + 10)
    t.equal(await page.textContent('#completed tbody a'), first, 'a page that was turned to stays')
    await page.getByRole('button', { name: 'Newer' }).focus()
    await page.keyboard.press('Enter')
    t.not(await page.textContent('#completed tbody a'), first)
    t.equal(await page.locator('#completed tbody tr').count(), 20)
  })
})

tap.test('U5 I8.7 a batch has a page; what data say is text, whatever it looks like', async (t) => {
  const folder = join(t.testdir({ in: {} }), 'in')
  const chain = [
    '--name',
    HOSTILE,
    '--interval',
    '300ms',
    'files',
    folder,
    'map',
    `l => l + ${JSON.stringify(HOSTILE)}`,
    'emit',
  ]
  const run = await runWithPage(t, chain)
  const name = '<img src=x onerror=alert(3)> "😀" مرحبا.txt'
  await withPage(
    t,
    async (page, complaints) => {
      await page.goto(run.url)
      await page.waitForSelector('.plan .stage')
      writeFileSync(join(folder, '.new'), 'a\nb\n')
      renameSync(join(folder, '.new'), join(folder, name))
      t.equal(await page.textContent('#name'), HOSTILE)
      t.equal(await page.title(), `${HOSTILE} – dstream`)
      t.match(await page.textContent('.plan table'), '<img src=x onerror=alert(2)>')
      t.equal(await page.locator('img, body script').count(), 0)
      const time = await eventually(async () => {
        const rows = page.locator('#completed tbody tr', {
          has: page.locator('td:nth-child(2):text-is("2")'),
        })
        return (await rows.count()) > 0 && rows.first().locator('a').getAttribute('href')
      })
      await page.goto(new URL(time ?? '', run.url).href)
      await page.waitForSelector('#outputs table')
      t.match(await page.textContent('h1'), /^Batch at \d{4}\/\d\d\/\d\d/)
      t.match(
        await page.textContent('#facts'),
        /Input data size2 records.*Scheduling delay.*Processing time.*Total delay/,
      )
      t.match(await page.textContent('#inputs pre'), name)
      t.match(await page.textContent('#outputs'), /emit.*succeeded/)
      t.equal(await page.locator('img').count(), 0)
      t.strictSame(await accessibilityFaults(page), [])
      await page.getByRole('link', { name: /^Later/ }).click()
      await page.waitForURL(/id=\d+/)
      await page.goto(`${run.url}streaming/batch?id=12`)
      await page.getByText('does not remember this batch').waitFor()
      // A browser says of each answer of 404 that it is one.
      t.match(complaints.splice(0), [/404/])
    },
    { viewport: { width: 390, height: 844 } },
  )
})

tap.test('U2 I8.4 a source that fails shows why; a page stays when its pipeline has ended', async (t) => {
  const run = await runWithPage(t, ['socket', '127.0.0.1', String(await freePort()), 'emit'])
  await withPage(t, async (page, complaints) => {
    await page.goto(run.url)
    await page.locator('.sources summary').click()
    await page.waitForSelector('.sources .bad')
    t.match(await page.textContent('.sources table'), /INACTIVE.*refused/i)
    t.match(await page.textContent('.sources summary'), 'Receivers: 0 / 1 active')
    t.strictSame(await accessibilityFaults(page), [])
    run.stop()
    await page.getByText('The pipeline has ended').waitFor()
    t.match(await page.textContent('#summary'), /^Ran batches of 1 second/)
    t.strictSame(await accessibilityFaults(page), [])
    // The browser goes on asking whether it is there again, and says so.
    complaints.splice(
      0,
      complaints.length,
      ...complaints.filter(
        (said) => !/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE|ERR_EMPTY|ERR_CONNECTION_RESET/.test(said),
      ),
    )
  })
})
