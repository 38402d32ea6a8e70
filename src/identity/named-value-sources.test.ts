import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { NamedValue, VaultSecret } from '../catalog/catalog.ts'
import type { TokenExchange } from './http-fetch.ts'
import { NamedValueSources } from './named-value-sources.ts'

const inVault = (secret: string, more: Partial<VaultSecret> = {}): VaultSecret => ({
  kind: 'keyVault',
  vault: 'https://contoso.vault.azure.cn',
  secret,
  ...more,
})
const named = (name: string, more: Partial<NamedValue>): NamedValue => ({
  name,
  displayName: name,
  secret: true,
  file: 'f',
  ...more,
})

/** A vault of these secrets: a text, or the status that it is answered with. */
function over(secrets: Map<string, string | number>, files: Map<string, string> = new Map()) {
  const asked: { url: string; headers: Readonly<Record<string, string>> }[] = []
  const tokens: [string, string | undefined][] = []
  const exchange: TokenExchange = async (url, { headers }) => {
    asked.push({ url, headers })
    const found = secrets.get(new URL(url).pathname.split('/')[2] ?? '') ?? 404
    return typeof found === 'string'
      ? { status: 200, body: JSON.stringify({ value: found }) }
      : { status: found, body: JSON.stringify({ error: { code: 'Forbidden', message: 'a long text' } }) }
  }
  const sources = new NamedValueSources({
    exchange,
    token: (resource, clientId) => {
      tokens.push([resource, clientId])
      return { kind: 'token', token: 'the-token' }
    },
    readText: async path => {
      const text = files.get(path)
      if (text === undefined) throw new Error('ENOENT')
      return text
    },
  })
  return { sources, asked, tokens }
}

const valuesOf = ({ namedValues }: { namedValues: readonly NamedValue[] }) => namedValues.map(({ value }) => value)

test('a secret is asked for at its vault, with a token for its cloud and identity, and once for all that name it', async () => {
  const { sources, asked, tokens } = over(new Map([['s', 'v']]))
  const source = inVault('s', { clientId: 'user-assigned' })
  const filled = await sources.fill([named('a', { source }), named('b', { source }), named('plain', { value: 'p' })])
  assert.deepEqual(valuesOf(filled), ['v', 'v', 'p'])
  assert.deepEqual(tokens, [['https://vault.azure.cn', 'user-assigned']])
  assert.equal(asked[0]?.url, 'https://contoso.vault.azure.cn/secrets/s?api-version=7.4')
  assert.equal(asked[0]?.headers.authorization, 'Bearer the-token')
})

test('what is known is not asked for again by a reload, and a version never', async () => {
  const { sources, asked } = over(new Map([['s', 'v']]))
  const values = [named('a', { source: inVault('s') }), named('b', { source: inVault('s', { version: 'f'.repeat(32) }) })]
  const filled = await sources.fill(values)
  await sources.fill(values)
  assert.equal(asked.length, 2)
  assert.match(asked[1]?.url ?? '', /\/secrets\/s\/f{32}\?/)
  await sources.refresh(filled.namedValues)
  assert.equal(asked.length, 3)
})

test('a refresh gives new objects only for values that changed, and keeps what cannot be read', async () => {
  const secrets = new Map<string, string | number>([
    ['one', '1'],
    ['two', '2'],
  ])
  const files = new Map([['/f', 'x\n']])
  const { sources } = over(secrets, files)
  const first = await sources.fill([
    named('one', { source: inVault('one') }),
    named('two', { source: inVault('two') }),
    named('file', { source: { kind: 'file', path: '/f' }, value: 'x' }),
  ])
  assert.deepEqual(valuesOf(first), ['1', '2', 'x'])
  secrets.set('one', '1b').set('two', 403)
  const second = await sources.refresh(first.namedValues)
  assert.deepEqual(valuesOf(second), ['1b', '2', 'x'])
  assert.equal(second.namedValues[2], first.namedValues[2])
  assert.deepEqual(second.unread, [
    {
      name: 'two',
      file: 'f',
      message: 'the secret two of contoso.vault.azure.cn cannot be read: the vault answered 403 (Forbidden)',
      kept: true,
    },
  ])
  files.set('/f', 'y\r\n')
  assert.deepEqual(valuesOf(await sources.refresh(second.namedValues)), ['1b', '2', 'y'])
  files.delete('/f')
  const gone = await sources.refresh(second.namedValues)
  assert.deepEqual([valuesOf(gone)[2], gone.unread.map(({ name }) => name)], ['x', ['two', 'file']])
})

test('no answer of a vault, and no token for it, is a reason and never a defect', async () => {
  const source = inVault('s')
  const unread = async (sources: NamedValueSources) => (await sources.fill([named('a', { source })])).unread[0]?.message ?? ''
  const readText = async () => ''
  const token = () => ({ kind: 'token', token: 'the-token' }) as const
  const answering = (body: string) => new NamedValueSources({ exchange: async () => ({ status: 200, body }), token, readText })
  assert.match(await unread(answering('not json')), /holds no value/)
  assert.match(await unread(answering('{"value":1}')), /holds no value/)
  const silent = new NamedValueSources({ exchange: () => Promise.reject(new Error('connect ECONNREFUSED')), token, readText })
  assert.match(await unread(silent), /ECONNREFUSED/)
  const exchange = () => Promise.reject(new Error('not reached'))
  const failing = new NamedValueSources({ exchange, token: () => ({ kind: 'failure', message: 'no identity' }), readText })
  assert.match(await unread(failing), /no token for the secret s of contoso\.vault\.azure\.cn: no identity/)
})
