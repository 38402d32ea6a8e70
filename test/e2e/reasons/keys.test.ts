import { keyCases } from './key-cases.ts'
import { proveReasons } from './prove-reasons.ts'

proveReasons('subscription keys', keyCases, {
  files: {
    'gatehouse.yaml': `gateway: { listen: 127.0.0.1:0, workers: 1 }
users:
  olga: { email: olga@example.com, firstName: Olga, lastName: Owner, state: blocked }
`,
  },
})
