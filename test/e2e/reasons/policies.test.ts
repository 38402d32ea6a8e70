import { policyCases } from './policy-cases.ts'
import { proveReasons } from './prove-reasons.ts'

proveReasons('policies and routes', policyCases, {
  files: { 'gatehouse.yaml': 'gateway: { listen: 127.0.0.1:0, workers: 1, maxBufferedBodyBytes: 2048 }\n' },
})
