import { registerHooks } from 'node:module'
import type { AuditWriter as Writer } from '../src/audit/audit-writer.ts'
import { recordSwitch } from './record-switch.ts'

/** The gateway's own thread, but that the records of calls can be switched off: then they are neither made nor written. Only the bench runs this. */
const replaced = new URL('../src/gateway/run/decision-record.ts', import.meta.url).href
const switchModule = new URL('record-switch.ts', import.meta.url).href

const substitute = (url: string) => `
import { recordOf as make } from '${url}?as-it-is'
import { recordSwitch } from '${switchModule}'
export * from '${url}?as-it-is'
const none = Object.freeze({})
export const recordOf = (call, verdict, bytes, runtime) => recordSwitch.isOn ? make(call, verdict, bytes, runtime) : none
`

registerHooks({
  load(url, context, next) {
    if (url === replaced) return { format: 'module', source: substitute(url), shortCircuit: true }
    return next(url, context)
  },
})

const { AuditWriter } = await import('../src/audit/audit-writer.ts')
const write = AuditWriter.prototype.write
AuditWriter.prototype.write = function (this: Writer, record) {
  if (recordSwitch.isOn) write.call(this, record)
}

const channel = new BroadcastChannel('record-switch')
channel.onmessage = ({ data }) => {
  if (typeof data !== 'boolean') return
  recordSwitch.isOn = data
  channel.postMessage('done')
}
channel.unref()
await import('../src/gateway/supervisor/worker.ts')
