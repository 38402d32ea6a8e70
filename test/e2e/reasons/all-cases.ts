import { backendCases } from './backend-cases.ts'
import { certificateCases, openAuthorities } from './certificate-cases.ts'
import { connectionCases } from './connection-cases.ts'
import { gatewayCases } from './gateway-cases.ts'
import { keyCases } from './key-cases.ts'
import { mixUpCases } from './mix-up-cases.ts'
import { startMoodyBackend } from './moody-backend.ts'
import { policyCases } from './policy-cases.ts'
import type { ReasonCase } from './reason-case.ts'
import { tokenCases } from './token-cases.ts'

/** The cases of all tables, to be looked at: what they would be sent to is gone. */
export async function allCases(): Promise<readonly ReasonCase[]> {
  const [backend, authorities] = [await startMoodyBackend(), await openAuthorities()]
  const cases = [
    policyCases,
    keyCases,
    tokenCases,
    mixUpCases,
    gatewayCases,
    backendCases(backend),
    certificateCases(authorities),
    connectionCases('http://127.0.0.1:1', String, async () => {}),
  ].flat()
  await backend.close()
  authorities.close()
  return cases
}
