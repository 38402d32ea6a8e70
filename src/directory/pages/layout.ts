import { createHash } from 'node:crypto'
import { type DirectoryResponse, noStore } from '../http/exchange.ts'
import { type Html, html, Html as Markup } from './html.ts'

const style = new Markup(`
:root { color-scheme: light dark; --ink: #1b1b1b; --quiet: #555; --ground: #f3f2f1; --card: #fff; --edge: #767676; --deed: #0b5cad; --deed-ink: #fff; --fault: #a4262c }
@media (prefers-color-scheme: dark) { :root { --ink: #f3f2f1; --quiet: #c8c6c4; --ground: #1b1a19; --card: #252423; --edge: #a19f9d; --deed: #6cb8f6; --deed-ink: #10233a; --fault: #f1a5a9 } }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif }
main { width: min(27rem, 100vw); padding: 2.25rem; background: var(--card); border-radius: .5rem; box-shadow: 0 .2rem 1rem #0003 }
h1 { margin: 0 0 .75rem; font-size: 1.4rem; line-height: 1.3 }
h2 { margin: 1.25rem 0 .5rem; font-size: 1.1rem }
main > p:first-child { margin: 0 0 .25rem }
ul { padding-left: 1.25rem }
label { display: block; margin: 1rem 0 .25rem }
input { width: 100%; padding: .55rem .6rem; font: inherit; color: inherit; background: transparent; border: 1px solid var(--edge); border-radius: .25rem }
button { padding: .55rem 1.2rem; font: inherit; border: 1px solid var(--edge); border-radius: .25rem; background: transparent; color: inherit; cursor: pointer }
button.main { background: var(--deed); border-color: var(--deed); color: var(--deed-ink) }
button.account { display: block; width: 100%; margin: .5rem 0; text-align: left }
:focus-visible { outline: 3px solid var(--deed); outline-offset: 2px }
.buttons { display: flex; flex-wrap: wrap; gap: .75rem; margin-top: 1.5rem }
.choice { display: flex; gap: .6rem; align-items: center; margin: 1.25rem 0 0 }
.choice input { width: auto; accent-color: var(--deed) }
.choice label { margin: 0 }
.fault { color: var(--fault); border-left: .25rem solid; padding-left: .75rem }
.quiet, footer { color: var(--quiet); font-size: .9rem }
footer { margin-top: 2rem; border-top: 1px solid color-mix(in srgb, var(--edge) 40%, transparent); padding-top: .75rem; hyphens: manual }
code { overflow-wrap: anywhere }
`)

const digest = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

export interface Page {
  readonly title: string
  readonly body: Html
  readonly status?: number
  /** A script by its very text; it only saves a click. */
  readonly script?: string
  /** Where its forms may be sent besides this server. */
  readonly formTarget?: string
  /** Origins of frames in it. */
  readonly frames?: readonly string[]
  /** Where it leads to by itself. */
  readonly refresh?: { readonly seconds: number; readonly address: string }
  readonly headers?: DirectoryResponse['headers']
}

/** A page that runs nothing but what is named in it, loads nothing, and stands in no frame. */
export function page({
  title,
  body,
  status = 200,
  script,
  formTarget,
  frames = [],
  refresh,
  headers = [],
}: Page): DirectoryResponse {
  const policy = [
    "default-src 'none'",
    `style-src ${digest(style.text)}`,
    `script-src ${script === undefined ? "'none'" : digest(script)}`,
    // a form's redirects count too: the client's own address is not known to a sign-in page's policy
    ...(formTarget === undefined ? [] : [`form-action ${formTarget}`]),
    ...(frames.length === 0 ? [] : [`frame-src ${frames.join(' ')}`]),
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ')
  const document = html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title><style>${style}</style></head>
<body><main>${body}<footer>Gatehouse local directory: a development stand-in for Microsoft Entra ID. Enter no real password here.</footer></main>${script === undefined ? undefined : html`<script>${new Markup(script)}</script>`}</body>
</html>
`
  return {
    status,
    headers: [
      ['Content-Type', 'text/html; charset=utf-8'],
      ['Content-Security-Policy', policy],
      ['X-Frame-Options', 'DENY'],
      ...noStore,
      ...(refresh === undefined ? [] : [['Refresh', `${refresh.seconds};url=${refresh.address}`] as const]),
      ...headers,
    ],
    body: document.text,
  }
}
