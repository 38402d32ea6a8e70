import type { DirectoryResponse } from '../http/exchange.ts'
import { html } from './html.ts'
import { page } from './layout.ts'

/** OAuth 2.0 Form Post Response Mode: a form that sends itself, and has a button where scripts do not run. */
export function formPostPage(target: string, fields: Iterable<readonly [string, string]>): DirectoryResponse {
  const inputs = [...fields].map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)
  return page({
    title: 'Continue',
    script: 'document.forms[0].submit()',
    body: html`<h1>Signed in</h1><form method="post" action="${target}">${inputs}<div class="buttons"><button class="main" type="submit">Continue</button></div></form>`,
  })
}
