import { registerHooks } from 'node:module'
import { setTimeout as delay } from 'node:timers/promises'
import type { AuditQueue as Queue } from '../src/audit/audit-queue.ts'
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

const { AuditQueue } = await import('../src/audit/audit-queue.ts')
const write = AuditQueue.prototype.write
let queue: Queue | undefined
AuditQueue.prototype.write = function (this: Queue, record) {
  queue = this
  if (recordSwitch.isOn) write.call(this, record)
}

const channel = new BroadcastChannel('record-switch')
channel.onmessage = async ({ data }) => {
  if (typeof data === 'number') return // another thread's answer
  // what the calls until now left behind belongs to them
  while (queue !== undefined && queue.waiting > 0) await delay(2)
  if (typeof data === 'boolean') recordSwitch.isOn = data
  const { user, system } = process.threadCpuUsage()
  channel.postMessage(user + system)
}
channel.unref()
await import('../src/gateway/supervisor/worker.ts')
