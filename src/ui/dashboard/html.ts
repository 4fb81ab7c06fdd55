import { htmlPage } from '../html-page.ts'

/** The page of a dashboard, which holds nothing of the stream: all data comes by events. */
export const HTML: string = htmlPage({
  script: 'dashboard',
  style: 'dashboard',
  title: 'dstream',
  body: `<header>
<h1 id="name">dstream</h1>
<p id="state" role="status">connecting…</p>
<button id="pause" type="button" aria-pressed="false">Pause</button>
</header>
<main id="panels"></main>
<noscript>This page needs JavaScript.</noscript>`,
})
