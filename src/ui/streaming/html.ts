import { htmlPage } from '../html-page.ts'

/** A page of a pipeline and its batches. */
function page(script: string, title: string, body: string): string {
  return htmlPage({ script, style: 'streaming', title, body })
}

/** The page of the pipeline. */
export const STREAMING_PAGE: string = page(
  'streaming',
  'dstream',
  `<a class="skip" href="#batches">Skip to the batches</a>
<header>
<div class="title"><h1 id="name">dstream</h1><p id="state" class="badge" role="status">connecting</p></div>
<p id="summary" class="summary"></p>
<p id="notice" class="notice" role="alert" hidden></p>
</header>
<main>
<section aria-labelledby="timelines">
<h2 id="timelines">Timelines <small id="span"></small></h2>
<div id="rows" class="rows"></div>
</section>
<section aria-labelledby="plan-title">
<h2 id="plan-title">Plan <small id="plan-note"></small></h2>
<div id="plan" class="plan"></div>
</section>
<section aria-labelledby="active-title">
<h2 id="active-title">Active Batches <small id="active-count"></small></h2>
<div id="active"></div>
</section>
<section id="batches" tabindex="-1" aria-labelledby="completed-title">
<h2 id="completed-title">Completed Batches <small id="completed-count"></small></h2>
<div id="completed"></div>
</section>
</main>
<footer><p>The same as data: <a id="rest" href="/api/v1/applications">REST</a>, <a href="/metrics">Prometheus</a>, <a href="/metrics/json">metrics as JSON</a></p></footer>
<noscript><p>This page draws itself with a script. Without, <a href="/api/v1/applications">the same figures are data</a>.</p></noscript>`,
)

/** The page of one batch. */
export const BATCH_PAGE: string = page(
  'streaming-batch',
  'batch – dstream',
  `<header>
<p><a href="/streaming/">All batches</a></p>
<h1 id="name">Batch</h1>
<p id="notice" class="notice" role="alert" hidden></p>
</header>
<main>
<nav id="neighbours" class="pager" aria-label="batches before and after"></nav>
<dl id="facts" class="facts"></dl>
<section aria-labelledby="inputs-title"><h2 id="inputs-title">Input</h2><div id="inputs"></div></section>
<section aria-labelledby="outputs-title"><h2 id="outputs-title">Output Operations</h2><div id="outputs"></div></section>
</main>`,
)
