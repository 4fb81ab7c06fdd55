/** The icon of the pages: three batches. Inline, for a browser asks for one anyway. */
const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' rx='3' fill='%230b62c4'/%3E%3Cpath d='M3 13V9h2v4zm4 0V5h2v8zm4 0V3h2v10z' fill='%23fff'/%3E%3C/svg%3E"

/** What a page is made of: names below `/assets/`, and HTML. */
export interface HtmlPage {
  readonly script: string
  readonly style: string
  readonly title: string
  readonly body: string
}

/** Return a page without any data: its script fetches that, and shows it as text. */
export function htmlPage({ script, style, title, body }: HtmlPage): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="${ICON}">
<link rel="stylesheet" href="/assets/base.css">
<link rel="stylesheet" href="/assets/${style}.css">
<script type="module" src="/assets/${script}.js"></script>
</head>
<body>
${body}
</body>
</html>
`
}
