import type { EntraRefusal, ErrorIds } from '../entra-errors.ts'
import type { DirectoryResponse } from '../http/exchange.ts'
import { html } from './html.ts'
import { page } from './layout.ts'

/** What went wrong, for the person in front of it: the number, what would mend it, and the ids of this very occasion. */
export function errorPage(refusal: EntraRefusal, { traceId, correlationId, now }: ErrorIds): DirectoryResponse {
  return page({
    title: 'Sign-in failed',
    status: 400,
    body: html`<h1>Sorry, but we’re having trouble signing you in</h1>
<p class="fault" role="alert">${refusal.code}: ${refusal.message}</p>
<h2>What to change</h2><p>${refusal.mend}</p>
<p class="quiet">Correlation ID: <code>${correlationId}</code><br>Trace ID: <code>${traceId}</code><br>Timestamp: ${new Date(now).toISOString()}</p>`,
  })
}
