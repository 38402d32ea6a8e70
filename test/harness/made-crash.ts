import { registerHooks } from 'node:module'

/** Loaded with `--import`, it makes a defect that nobody catches: `gatehouse eval` throws a text that moves the cursor. */
const replaced = new URL('../../src/cli/eval.ts', import.meta.url).href

const source = `
export const evalCommand = {
  name: 'eval', summary: '', usage: ['eval'], details: '', options: {}, positionals: { min: 0, max: 9 },
  async run({ positionals: [how] }) {
    const defect = new Error('made for a test \\u001b[2J', { cause: new Error('the \\u202ecause') })
    if (how === 'later') setTimeout(() => { throw defect })
    else if (how === 'rejected') void Promise.reject(defect)
    else throw defect
    return 0
  },
}
`

registerHooks({
  load: (url, context, next) => (url === replaced ? { format: 'module', source, shortCircuit: true } : next(url, context)),
})
