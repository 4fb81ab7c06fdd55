import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import type { Test } from 'tap'
import { hasProgram } from './install.ts'

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

/** What a page said that it should not have: errors on its console, errors thrown, requests to elsewhere. */
export type Complaints = string[]

let browser: Browser | undefined

/** Install Chromium where it is missing, and start it; false where that cannot be. */
export async function startChromium(): Promise<boolean> {
  if (!(await hasProgram('chromium', 'chromium'))) return false
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ARGUMENTS })
  return true
}

/** End the browser of this test file. */
export async function stopChromium(): Promise<void> {
  await browser?.close()
}

/**
 * Open a page of its own in the browser that `startChromium` started, and use it. The test fails where the page
 * complained; what a test provokes itself, it takes out of `complaints`.
 */
export async function withPage(
  t: Test,
  use: (page: Page, complaints: Complaints) => Promise<void>,
  options: BrowserContextOptions = {},
): Promise<void> {
  if (browser === undefined) throw new Error('startChromium first')
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options })
  const complaints: Complaints = []
  try {
    const page = await context.newPage()
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(String(error)))
    page.on('dialog', (dialog) => {
      complaints.push(`a dialog: ${dialog.message()}`)
      void dialog.dismiss()
    })
    page.on('request', (request) => {
      if (!/^(http:\/\/127\.0\.0\.1:|data:|blob:)/.test(request.url()))
        complaints.push(`asks elsewhere: ${request.url()}`)
    })
    await use(page, complaints)
    t.strictSame(complaints, [], 'the page complains of nothing')
  } finally {
    await context.close()
  }
}

/** What axe-core finds on a page, serious or worse: a line per element. */
export async function accessibilityFaults(page: Page): Promise<readonly string[]> {
  // The page's policy forbids scripts of others; the browser's own channel is not bound by it.
  await page.evaluate(readFileSync(AXE, 'utf8'))
  const found: unknown = await page.evaluate(
    `axe.run(document).then(({ violations }) => violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map(({ html, any }) => id + ': ' + html + ' ' + (any[0]?.message ?? ''))))`,
  )
  return found as readonly string[]
}
