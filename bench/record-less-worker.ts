import { registerHooks } from 'node:module'

/** The gateway's own thread, but for the records of calls: they are neither made nor written. Only the bench runs this. */
const replaced = new URL('../src/gateway/run/decision-record.ts', import.meta.url).href

const substitute = (url: string) => `
export * from '${url}?as-it-is'
const record = Object.freeze({})
export const recordOf = () => record
`

registerHooks({
  load(url, context, next) {
    if (url === replaced) return { format: 'module', source: substitute(url), shortCircuit: true }
    return next(url, context)
  },
})

const { AuditWriter } = await import('../src/audit/audit-writer.ts')
AuditWriter.prototype.write = () => {}
await import('../src/gateway/supervisor/worker.ts')
