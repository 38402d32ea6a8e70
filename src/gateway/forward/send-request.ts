import { type Dispatcher, request } from 'undici'
import { counted } from '../../catalog/counted.ts'
import { Headers } from '../../policies/context/headers.ts'
import type { OutboundFailure, OutboundRequest, OutboundResponse } from '../../policies/ports.ts'
import type { Dispatchers } from './dispatchers.ts'
import { codeOf, reasonOf } from './failure.ts'
import { endToEnd } from './outgoing-headers.ts'
import type { OwnAuthorities } from './own-authorities.ts'

/** The `send` port: a request of a policy's own, its answer read whole. A failure is a value, it never rejects for one. */
export async function sendRequest(
  outbound: OutboundRequest,
  dispatchers: Dispatchers,
  authorities?: OwnAuthorities,
): Promise<OutboundResponse | OutboundFailure> {
  if (!URL.canParse(outbound.url) || !/^https?:$/.test(new URL(outbound.url).protocol))
    return { kind: 'failure', reason: 'request.malformed', message: 'the URL is no absolute http(s) URL' }
  const abort = new AbortController()
  const timer = setTimeout(() => abort.abort(new TooLate()), outbound.timeout)
  const stop = () => abort.abort(outbound.signal?.reason)
  outbound.signal?.addEventListener('abort', stop, { once: true })
  if (outbound.signal?.aborted === true) stop()
  try {
    return await exchange(outbound, dispatchers, authorities, abort.signal)
  } catch (error) {
    return failureOf(error, outbound)
  } finally {
    clearTimeout(timer)
    outbound.signal?.removeEventListener('abort', stop)
  }
}

class TooLate extends Error {}
class TooLarge extends Error {}

async function exchange(
  outbound: OutboundRequest,
  dispatchers: Dispatchers,
  authorities: OwnAuthorities | undefined,
  signal: AbortSignal,
): Promise<OutboundResponse> {
  const { body, headers, method, url } = outbound
  const { proxy, clientCertificate } = outbound
  const answer = await request(url, {
    dispatcher: dispatchers.for({
      verifyChain: true,
      verifyName: true,
      followRedirects: outbound.followRedirects,
      http2: false,
      ...(dispatchers.isDirectory(new URL(url)) ? { toDirectory: true as const } : {}),
      ...(proxy === undefined ? {} : { proxy }),
      ...(clientCertificate === undefined ? {} : { clientCertificate }),
      ...(authorities === undefined ? {} : { authorities }),
    }),
    method: method as Dispatcher.HttpMethod, // undici sends any token; its type lists the usual ones
    headers: endToEnd(headers, new Set(['host', 'content-length'])),
    body: await body.buffer(outbound.maxResponseBytes),
    signal,
    responseHeaders: 'raw',
  })
  const raw: unknown = answer.headers // flat names and values with 'raw', which undici's types do not tell
  return {
    kind: 'response',
    statusCode: answer.statusCode,
    statusReason: answer.statusText ?? '',
    headers: new Headers(Array.isArray(raw) ? raw.map(String) : []),
    body: await readAll(answer.body, outbound.maxResponseBytes),
  }
}

async function readAll(body: AsyncIterable<Uint8Array>, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > limit) throw new TooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, size)
}

function failureOf(error: unknown, { timeout, maxResponseBytes, url }: OutboundRequest): OutboundFailure {
  const { host } = new URL(url)
  if (error instanceof TooLate)
    return {
      kind: 'failure',
      reason: 'backend.timeout',
      message: `no answer of ${host} within ${counted(timeout / 1000, 'second')}`,
    }
  if (error instanceof TooLarge)
    return {
      kind: 'failure',
      reason: 'response.body-too-large',
      message: `the answer of ${host} exceeds ${maxResponseBytes} bytes`,
    }
  const reason = reasonOf(error)
  if (reason === 'policy.failed')
    return {
      kind: 'failure',
      reason: 'request.malformed',
      message: 'the request has a method, path or header that cannot be sent',
    }
  if (reason === 'backend.unreachable' || reason === 'backend.timeout')
    return { kind: 'failure', reason, message: `${host} cannot be reached (${codeOf(error) ?? 'no code'})` }
  return { kind: 'failure', reason: 'backend.reset', message: `${host} broke the exchange off (${codeOf(error) ?? 'aborted'})` }
}
