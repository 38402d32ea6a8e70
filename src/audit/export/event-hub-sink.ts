import { createHmac } from 'node:crypto'
import { Agent, request } from 'undici'
import type { EventHubSettings } from '../../catalog/settings.ts'
import type { ManagedToken } from '../../identity/managed-identity.ts'
import type { ExportSink } from './export-sink.ts'
import { inHalves } from './in-halves.ts'
import type { ExportedRecord } from './read-trail.ts'

export interface EventHubDependencies {
  /** A token of the gateway's identity for a resource. */
  token(resource: string): ManagedToken | Promise<ManagedToken>
  now(): number
}

const resource = 'https://eventhubs.azure.net'
/** Seconds for which a signature made of a key is good. */
const signedFor = 600
const timeout = 30_000
/** A publication of the Basic tier holds 256 KB with what surrounds the records; those of the others 1 MB ("Event Hubs quotas and limits"). */
const limits = { records: 300, bytes: 150_000 }

/** Azure Event Hubs, by its REST interface ("Send batch events"): each record is an event. */
export function eventHubSink(settings: EventHubSettings, on: EventHubDependencies): ExportSink {
  const agent = new Agent({ connections: 1, connect: { timeout: 10_000 } })
  const post = async (records: readonly ExportedRecord[], signal: AbortSignal) => {
    const answer = await request(`${settings.address}/messages?api-version=2014-01&timeout=${timeout / 1000}`, {
      dispatcher: agent,
      method: 'POST',
      headers: {
        authorization: await authorization(settings, on),
        'content-type': 'application/vnd.microsoft.servicebus.json',
      },
      body: JSON.stringify(records.map(({ id, text }) => ({ Body: text, UserProperties: { auditId: id } }))),
      headersTimeout: timeout,
      bodyTimeout: timeout,
      signal,
    })
    await answer.body.dump()
    return answer.statusCode
  }
  const send = (records: readonly ExportedRecord[], signal: AbortSignal) =>
    inHalves(records, async part => {
      const status = await post(part, signal)
      if (status === 201 || status === 200) return 'arrived'
      if (status === 413) return 'too large'
      throw new Error(`it answers ${status}${mendOf(status)}`)
    })
  return { kind: 'event-hub', place: new URL(settings.address).host, limits, send, close: () => agent.destroy() }
}

function mendOf(status: number): string {
  if (status === 401 || status === 403)
    return ': give the gateway’s identity the role Azure Event Hubs Data Sender, or name a key that may send'
  return status === 404 ? ': there is no such event hub' : ''
}

async function authorization({ address, key }: EventHubSettings, { token, now }: EventHubDependencies): Promise<string> {
  if (key !== undefined) return sharedAccessSignature(address, key, Math.floor(now() / 1000) + signedFor)
  const answer = await token(resource)
  if (answer.kind === 'failure') throw new Error(`no token of the managed identity: ${answer.message}`)
  return `Bearer ${answer.token}`
}

/** "Generate a Shared Access Signature token". `expiry` is in seconds since 1970. */
export function sharedAccessSignature(
  address: string,
  key: { readonly name: string; readonly value: string },
  expiry: number,
): string {
  const target = encodeURIComponent(address)
  const signature = createHmac('sha256', key.value).update(`${target}\n${expiry}`, 'utf8').digest('base64')
  return `SharedAccessSignature sr=${target}&sig=${encodeURIComponent(signature)}&se=${expiry}&skn=${encodeURIComponent(key.name)}`
}
