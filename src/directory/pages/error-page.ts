import type { EntraRefusal, ErrorIds } from '../entra-errors.ts'
import type { DirectoryResponse } from '../http/exchange.ts'
import { html } from './html.ts'
import { page } from './layout.ts'
import { type FormOf, formStart } from './sign-in-pages.ts'

/**
 * What went wrong, for the person in front of it: the number, what would mend it, and the ids of this very occasion. With a form there is a way
 * on: as somebody else, or back to the application.
 */
export function errorPage(refusal: EntraRefusal, { traceId, correlationId, now }: ErrorIds, form?: FormOf): DirectoryResponse {
  const ways =
    form === undefined
      ? undefined
      : html`${formStart(form, 'account')}<div class="buttons"><button class="main" type="submit" name="account" value="other">Use another account</button><button type="submit" name="answer" value="cancel">Back to the application</button></div></form>`
  return page({
    title: 'Sign-in failed',
    status: 400,
    body: html`<h1>Sorry, but we’re having trouble signing you in</h1>
<p class="fault" role="alert">${refusal.code}: ${refusal.message}</p>
<h2>What to change</h2><p>${refusal.mend}</p>
<p class="quiet">Correlation ID: <code>${correlationId}</code><br>Trace ID: <code>${traceId}</code><br>Timestamp: ${new Date(now).toISOString()}</p>${ways}`,
  })
}
