/**
 * Runs Microsoft's public policy snippets (the repository Azure/api-management-policy-snippets) against stand-ins for the services that they call. They
 * are no part of this project: `GATEHOUSE_SNIPPETS` names a folder with its examples.
 */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { clock } from '../../src/expressions/runtime/primitives/dates/clock.ts'
import { azureSnippets } from './azure-services.ts'
import { backendSnippets } from './backends.ts'
import { credentialSnippets } from './credentials.ts'
import { oauthProxySnippets } from './oauth-proxy.ts'
import type { Snippet } from './snippet.ts'
import { SnippetGateway } from './snippet-gateway.ts'

const folder = process.env.GATEHOUSE_SNIPPETS
const skip = folder === undefined || !existsSync(folder) ? 'GATEHOUSE_SNIPPETS names no folder of snippets' : false
const snippets: readonly Snippet[] = [...backendSnippets, ...credentialSnippets, ...azureSnippets, ...oauthProxySnippets]

const read = (file: string) => readFileSync(join(folder ?? '', file), 'utf8')

function gatewayOf({ file, parts, fill = text => text, arrange }: Snippet): SnippetGateway {
  return new SnippetGateway(arrange?.(read) ?? { ...parts, policy: fill(read(file)) })
}

const errorsOf = ({ diagnostics }: SnippetGateway) =>
  diagnostics
    .filter(({ severity }) => severity === 'error')
    .map(({ code, message, line }) => ({ code, text: `${line}: ${message}` }))

for (const snippet of snippets) {
  const { file, promise, run, faulty } = snippet
  if (run !== undefined)
    test(`${file}: ${promise}`, { skip }, async () => {
      const gateway = gatewayOf(snippet)
      assert.deepEqual(errorsOf(gateway), [])
      try {
        await run(gateway)
      } finally {
        clock.now = Date.now
      }
    })
  if (faulty !== undefined)
    test(`${file} has a fault of its own: ${faulty.why}`, { skip }, () => {
      assert.deepEqual([...new Set(errorsOf(gatewayOf(snippet)).map(({ code }) => code))].sort(), [...faulty.codes].sort())
    })
}

test('every snippet is tried, or has the reason why not', { skip }, () => {
  const there = readdirSync(folder ?? '', { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.xml'))
  const known = new Set(snippets.map(({ file }) => file))
  assert.deepEqual(
    there.map(name => name.replaceAll('\\', '/')).filter(name => !known.has(name)),
    [],
  )
})
