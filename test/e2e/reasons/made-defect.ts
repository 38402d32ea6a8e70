import { registerHooks } from 'node:module'

/** Loaded with `--import`, it makes a defect: policies of a call cannot be run, for a reason that nobody foresaw. */
const replaced = new URL('../../../src/gateway/run/run-plan.ts', import.meta.url).href

const source = `
export * from '${replaced}?as-it-is'
export const runPlan = () => Promise.reject(new Error('made for a test'))
`

registerHooks({
  load: (url, context, next) => (url === replaced ? { format: 'module', source, shortCircuit: true } : next(url, context)),
})
