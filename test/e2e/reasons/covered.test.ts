import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { reasonCodes } from '../../../src/catalog/reason.ts'
import { backendCases } from './backend-cases.ts'
import { certificateCases, openAuthorities } from './certificate-cases.ts'
import { connectionCases } from './connection-cases.ts'
import { gatewayCases, toldApart } from './gateway-cases.ts'
import { keyCases } from './key-cases.ts'
import { mixUpCases } from './mix-up-cases.ts'
import { startMoodyBackend } from './moody-backend.ts'
import { policyCases } from './policy-cases.ts'
import { tokenCases } from './token-cases.ts'

const textOf = (file: URL) => readFileSync(file, 'utf8')

test('every reason code has a case that provokes it, and none has two', async () => {
  const [backend, authorities] = [await startMoodyBackend(), await openAuthorities()]
  const tables = [
    policyCases,
    keyCases,
    tokenCases,
    mixUpCases,
    gatewayCases,
    backendCases(backend),
    certificateCases(authorities),
    connectionCases('http://127.0.0.1:1', String, async () => {}),
  ]
  await backend.close()
  authorities.close()
  const covered = new Set<string>(tables.flat().map(({ code }) => code))
  for (const [code, file] of toldApart) {
    assert.ok(!covered.has(code), `${code} is covered twice`)
    assert.match(
      textOf(new URL(file, import.meta.url)),
      new RegExp(`test\\(\\s*'[^']*\\b${code.replace('.', '\\.')}`),
      `${code} in ${file}`,
    )
    covered.add(code)
  }
  assert.deepEqual([...covered].sort(), [...reasonCodes].sort())
})

test('every case that needs a mend says which, and applies it', () => {
  for (const { code, mend, mended } of [...policyCases, ...keyCases, ...tokenCases, ...mixUpCases, ...gatewayCases])
    assert.equal(mend === '', mended === undefined, code)
})
