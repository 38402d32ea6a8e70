import { Body } from '../../policies/context/body.ts'
import { Headers } from '../../policies/context/headers.ts'
import { RequestUrl } from '../../policies/context/request-url.ts'
import { Call } from '../run/call.ts'
import { api, operation } from './catalog.ts'

export interface CallShape {
  readonly method?: string
  /** Where the backend is. */
  readonly url: string
  /** Flat list of names and values. */
  readonly headers?: readonly string[]
  readonly body?: Body
  readonly trustedChain?: string
}

/** A call as the listener would have made it, on its way to a backend. */
export function makeCall({ method = 'GET', url, headers = ['Host', 'gateway.example'], body, trustedChain }: CallShape): Call {
  const target = RequestUrl.parse(url)
  if (target === undefined) throw new Error(`not a URL: ${url}`)
  return new Call({
    requestId: '00000000-0000-4000-8000-000000000001',
    startedAt: 0,
    api: api('test', 'test', []),
    operation: operation('any', '*', '/*'),
    product: null,
    subscription: null,
    user: null,
    request: {
      method,
      url: target,
      originalUrl: new RequestUrl('http', 'gateway.example', 80, target.path, target.query),
      headers: new Headers([...headers]),
      body: body ?? Body.empty(),
      ipAddress: '192.0.2.7',
      matchedParameters: new Map(),
    },
    via: { peer: '192.0.2.7', trustedChain, host: 'gateway.example' },
  })
}
