import type { ReasonCase } from './reason-case.ts'

const good = { '/x': { get: { operationId: 'get', responses: { 200: { description: 'fine' } } } } }
/** On one line, since any may be the one: so many in one call that a few hundred calls fill the counters, and the next cannot slip through by luck. */
const limits = Array.from(
  { length: 400 },
  (_, at) => `<rate-limit-by-key calls="9" renewal-period="300" counter-key="@(context.RequestId + &quot; ${at}&quot;)" />`,
).join('')

/** What the gateway decides as a whole: under `--serve-valid`. */
export const gatewayCases: readonly ReasonCase[] = [
  {
    code: 'config.faulty',
    policy: { inbound: '<no-such-policy />' },
    status: 503,
    message: /^The configuration of this API is faulty \(policy\.\S+\)\.$/,
    received: /^policy\.\S+$/,
    mend: /publisher mends the API config-faulty-0 \(policy\.\S+\): gatehouse check shows file and line/,
    mended: { policy: {} },
  },
  {
    code: 'counters.full',
    paths: good,
    policy: { inbound: limits },
    before: 700,
    status: 503,
    message: /^The gateway cannot count more callers at the moment\.$/,
    decidedBy: 'rate-limit-by-key',
    expected: /^a counter for the key$/,
    received: /^more keys than there are counters$/,
    mend: /publisher keys rate-limit-by-key at .* on something with fewer values/,
    notAsked: 'the counters of an explanation begin empty',
    mended: { policy: { inbound: '<rate-limit-by-key calls="9" renewal-period="300" counter-key="all" />' } },
  },
]
