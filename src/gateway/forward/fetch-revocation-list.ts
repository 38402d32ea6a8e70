import { Body } from '../../policies/context/body.ts'
import { Headers } from '../../policies/context/headers.ts'
import type { Dispatchers } from './dispatchers.ts'
import { sendRequest } from './send-request.ts'

/** Lists of large authorities are some megabytes. */
const maxBytes = 16 * 1024 * 1024
/** Milliseconds: a call waits for it. */
const timeout = 5000

/** The bytes at a revocation list's address; undefined when there are none. Never rejects. */
export async function fetchRevocationList(url: string, dispatchers: Dispatchers): Promise<Uint8Array | undefined> {
  const answer = await sendRequest(
    {
      method: 'GET',
      url,
      headers: new Headers(),
      body: Body.empty(),
      timeout,
      followRedirects: false,
      maxResponseBytes: maxBytes,
    },
    dispatchers,
  )
  return answer.kind === 'response' && answer.statusCode === 200 ? answer.body : undefined
}
