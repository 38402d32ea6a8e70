import { Body } from '../context/body.ts'
import type { CallContext } from '../context/call-context.ts'
import { Headers } from '../context/headers.ts'
import { type Content, optional, type Site, shapers, value } from '../define-policy.ts'
import { next, type Outcome } from '../outcome.ts'
import type { OutboundRequest, Ports } from '../ports.ts'
import type { SectionName, ShapedMessage, Shaper } from '../step.ts'
import { type Evaluator, isConstant } from '../values.ts'

/** What send-request and send-one-way-request have in common: a request of their own, new or a copy of the caller's. */
export const ownRequestSchema = {
  attributes: {
    mode: optional(value.choice(['new', 'copy'], { anyCase: true }), 'new'),
    timeout: optional(value.duration('seconds', { min: 1 }), 60_000),
  },
  children: { 'set-url': optional(value.string({ nonEmpty: true })) },
  shapers: shapers('request', [
    'set-method',
    'set-header',
    'set-body',
    'authentication-basic',
    'authentication-certificate',
    'authentication-managed-identity',
    'proxy',
  ]),
} as const

export interface OwnRequestParts {
  readonly mode: Evaluator<'new' | 'copy'>
  readonly timeout: Evaluator<number>
  readonly url: Evaluator<string | undefined>
  readonly shape: Shaper
  readonly section: SectionName
  readonly maxResponseBytes: number
}

type OwnRequestContent = Content<typeof ownRequestSchema>

/** The parts of a policy's request, or undefined after the fault was told: a new one needs an address. */
export function ownRequestParts(
  element: string,
  { attributes, children, shape }: Pick<OwnRequestContent, 'attributes' | 'children' | 'shape'>,
  { maxBufferedBodyBytes }: Ports,
  site: Site,
): OwnRequestParts | undefined {
  const url = children['set-url']
  if (isConstant(url) && url.constant === undefined && attributes.mode.constant === 'new') {
    const message = `\`${element}\` needs \`set-url\` unless it copies the request`
    site.fault('policy.missing-child', message, 'add <set-url>https://…</set-url>')
    return undefined
  }
  const { mode, timeout } = attributes
  return { mode, timeout, url, shape, section: site.section, maxResponseBytes: maxBufferedBodyBytes }
}

/** Makes the request and lets the policies inside shape it; an outcome when one of them ends the call. */
export async function makeOwnRequest(
  ctx: CallContext,
  parts: OwnRequestParts,
): Promise<OutboundRequest | Exclude<Outcome, typeof next>> {
  const copies = parts.mode(ctx) === 'copy'
  const message: ShapedMessage & { method: string } = copies
    ? copyOf(ctx, parts.section)
    : { method: 'GET', headers: new Headers(), body: Body.empty() }
  const outcome = await parts.shape(ctx, message)
  if (outcome !== next) return outcome
  return {
    method: message.method,
    url: parts.url(ctx) ?? (copies ? ctx.request.url.toString() : ''),
    headers: message.headers,
    body: message.body,
    timeout: parts.timeout(ctx),
    followRedirects: false,
    maxResponseBytes: parts.maxResponseBytes,
    ...(message.proxy === undefined ? {} : { proxy: message.proxy }),
    ...(message.clientCertificate === undefined ? {} : { clientCertificate: message.clientCertificate }),
    signal: ctx.signal,
  }
}

/** "In outbound mode, mode=copy does not initialize the request body." */
function copyOf({ request }: CallContext, section: SectionName): ShapedMessage & { method: string } {
  const headers = request.headers.clone()
  headers.delete('Host')
  headers.delete('Content-Length')
  const bytes = section === 'outbound' ? null : request.body.bytes
  return { method: request.method, headers, body: bytes === null ? Body.empty() : Body.of(bytes) }
}
