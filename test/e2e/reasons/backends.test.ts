import { after } from 'node:test'
import { backendCases } from './backend-cases.ts'
import { startMoodyBackend } from './moody-backend.ts'
import { proveReasons } from './prove-reasons.ts'

const backend = await startMoodyBackend()
after(() => backend.close())

proveReasons('backends', backendCases(backend))
