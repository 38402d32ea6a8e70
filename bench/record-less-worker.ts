import { registerHooks } from 'node:module'
import type { AuditWriter as Writer } from '../src/audit/audit-writer.ts'
import { type Mode, modes, recordSwitch } from './record-switch.ts'

/** The gateway's own thread, but that the records of calls can be switched: not made at all, made and thrown away, or made and kept in the trail. Only the bench runs this. */
const replaced = new URL('../src/gateway/run/decision-record.ts', import.meta.url).href
const switchModule = new URL('record-switch.ts', import.meta.url).href

const substitute = (url: string) => `
import { recordOf as make } from '${url}?as-it-is'
import { recordSwitch } from '${switchModule}'
export * from '${url}?as-it-is'
const none = Object.freeze({})
export const recordOf = (call, verdict, bytes, runtime) => recordSwitch.mode === 'none' ? none : make(call, verdict, bytes, runtime)
`

registerHooks({
  load(url, context, next) {
    if (url === replaced) return { format: 'module', source: substitute(url), shortCircuit: true }
    return next(url, context)
  },
})

const { AuditWriter } = await import('../src/audit/audit-writer.ts')
const write = AuditWriter.prototype.write
let trail: Writer | undefined
AuditWriter.prototype.write = function (this: Writer, record) {
  trail = this
  if (recordSwitch.mode === 'kept') write.call(this, record)
}

const channel = new BroadcastChannel('record-switch')
channel.onmessage = async ({ data }) => {
  if (!isMode(data)) return
  // what calls have left to be written is part of what they cost
  if (recordSwitch.mode === 'kept') await trail?.flush()
  recordSwitch.mode = data
  channel.postMessage('done')
}
channel.unref()
await import('../src/gateway/supervisor/worker.ts')

function isMode(data: unknown): data is Mode {
  return modes.some(mode => mode === data)
}
