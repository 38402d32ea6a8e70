import type { Policy } from '../define-policy.ts'
import { authenticationBasic } from './authentication-basic.ts'
import { checkHeader } from './check-header.ts'
import { choose } from './choose.ts'
import { cors } from './cors.ts'
import { ipFilter } from './ip-filter.ts'
import { limitConcurrency } from './limit-concurrency.ts'
import { mockResponse } from './mock-response.ts'
import { quota } from './quota.ts'
import { quotaByKey } from './quota-by-key.ts'
import { rateLimit } from './rate-limit.ts'
import { rateLimitByKey } from './rate-limit-by-key.ts'
import { retry } from './retry.ts'
import { setHeader } from './set-header.ts'
import { wait } from './wait.ts'

/** Every policy that runs, by its element's name in alphabetical order. */
export const policies: readonly Policy[] = [
  authenticationBasic,
  checkHeader,
  choose,
  cors,
  ipFilter,
  limitConcurrency,
  mockResponse,
  quota,
  quotaByKey,
  rateLimit,
  rateLimitByKey,
  retry,
  setHeader,
  wait,
]
