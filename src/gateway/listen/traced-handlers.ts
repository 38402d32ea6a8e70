import type { AuditWriter } from '../../audit/audit-writer.ts'
import type { Decided } from '../../audit/record.ts'
import type { Catalog } from '../../catalog/catalog.ts'
import { Headers } from '../../policies/context/headers.ts'
import type { CallSpan, CallSpans } from '../telemetry/call-spans.ts'
import { handleRequest, type Serving } from './handle-request.ts'
import { handleUpgrade } from './handle-upgrade.ts'

/** What a listener does with what comes in. */
export interface Handlers {
  readonly request: typeof handleRequest
  readonly upgrade: typeof handleUpgrade
}

/** The usual handlers inside a span for each call; it ends when the call's record is written, with what the record says. */
export function tracedHandlers(spans: CallSpans): Handlers {
  return {
    request(request, out, serving, expects) {
      const span = spans.begin(request.headers)
      return spans.run(span, () => handleRequest(request, out, tracing(serving, span, spans, request), expects))
    },
    upgrade(request, socket, head, serving) {
      const span = spans.begin(request.headers)
      const headers = new Headers(request.rawHeaders)
      spans.passOn(span, headers)
      request.rawHeaders = [...headers.raw]
      return spans.run(span, () => handleUpgrade(request, socket, head, tracing(serving, span, spans, request)))
    },
  }
}

function tracing(serving: Serving, span: CallSpan, spans: CallSpans, from: { socket: object; httpVersion: string }): Serving {
  const { catalog } = serving.runtime()
  const end = (record: Decided) =>
    spans.end(span, record, {
      route: routeOf(catalog, record),
      scheme: 'encrypted' in from.socket ? 'https' : 'http',
      protocolVersion: from.httpVersion,
    })
  return { ...serving, audit: new SpanAudit(serving.audit, end) }
}

/** The trail as one call writes to it. */
class SpanAudit implements Pick<AuditWriter, 'write' | 'isFull'> {
  readonly #audit: Serving['audit']
  readonly #end: (record: Decided) => void

  constructor(audit: Serving['audit'], end: (record: Decided) => void) {
    this.#audit = audit
    this.#end = end
  }

  get isFull(): boolean {
    return this.#audit.isFull
  }

  write(record: Parameters<AuditWriter['write']>[0]): void {
    this.#audit.write(record)
    if ('decision' in record) this.#end(record)
  }
}

const routes = new WeakMap<Catalog, ReadonlyMap<string, ReadonlyMap<string, string>>>()

/** Path of the API with the operation's template, such as `/orders/{id}`: one of few, whatever callers ask for. */
function routeOf(catalog: Catalog, { api, operation }: Decided): string | undefined {
  if (api === undefined || operation === undefined) return undefined
  let known = routes.get(catalog)
  if (known === undefined) {
    known = new Map(
      catalog.apis.map(one => [
        one.name,
        new Map(one.operations.map(({ name, urlTemplate }) => [name, routeIn(one.path, urlTemplate)])),
      ]),
    )
    routes.set(catalog, known)
  }
  return known.get(api)?.get(operation)
}

/** Without the query that a template may have. */
function routeIn(path: string, template: string): string {
  const joined = `${path === '' ? '' : `/${path}`}/${template.replace(/^\//, '').replace(/\?.*$/s, '')}`
  return joined.length > 1 ? joined.replace(/\/$/, '') : joined
}
