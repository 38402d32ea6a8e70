import { IncomingMessage, ServerResponse, validateHeaderName, validateHeaderValue } from 'node:http'
import { Socket } from 'node:net'
import { requestHeaders } from '../gateway/forward/outgoing-headers.ts'
import { writeHead } from '../gateway/listen/write-response.ts'
import type { Call } from '../gateway/run/call.ts'
import type { CallContext } from '../policies/context/call-context.ts'

const nobody = { peer: '', host: null, trustedChain: undefined }

/** What of a request to the backend no HTTP message can carry, as undici tells it; undefined when all can go out. */
export function unsendable(ctx: CallContext): string | undefined {
  const { method, url } = ctx.request
  if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(method)) return 'invalid request method'
  if (/[^\x21-\xff]/.test(url.path + url.query)) return 'invalid request path'
  const fields = requestHeaders(ctx, nobody)
  for (let i = 0; i < fields.length; i += 2) {
    const [name = '', value = ''] = [fields[i], fields[i + 1]]
    if (!canStand(name, value)) return `invalid ${name} header`
  }
  return undefined
}

function canStand(name: string, value: string): boolean {
  try {
    validateHeaderName(name)
    validateHeaderValue(name, value)
    return true
  } catch {
    return false
  }
}

/** Whether the answer can be written to the caller: it is, to nobody. */
export function isWritable({ response, lateHeaders, request: { method } }: Call): boolean {
  if (response === null) return false
  const asked = new IncomingMessage(new Socket())
  asked.method = method
  try {
    writeHead({ ...response, headers: response.headers.clone() }, lateHeaders, new ServerResponse(asked))
    return true
  } catch {
    return false
  }
}
