import assert from 'node:assert/strict'
import { createSecretKey } from 'node:crypto'
import { test } from 'node:test'
import type { ListenerTls } from '../../catalog/settings.ts'
import { catalog, settings } from '../testing/catalog.ts'
import { asItListens, changedUntilRestart } from './after-restart.ts'

const tls = (clientCertificate: ListenerTls['clientCertificate']): ListenerTls => ({
  chain: [],
  key: createSecretKey(Buffer.from('made up')),
  clientCertificate,
  clientAuthorities: [],
  minVersion: 'TLSv1.2',
})
const plain = settings('/w')
const serving = (listener: ListenerTls) => settings('/w', { tls: listener })

test('what threads took when they began is named until a restart, what they take with a reload is not', () => {
  const given = {
    ...settings('/w', { workers: 2, requestTimeout: 9, maxBufferedBodyBytes: 9 }),
    store: { limitsWhenAway: 'local' },
  } as const
  assert.deepEqual(changedUntilRestart(plain, plain, plain), [])
  assert.deepEqual(changedUntilRestart(plain, plain, given), ['gateway.workers', 'gateway.requestTimeout', 'store'])
  // named once for the listeners, and as long as it differs for the process
  assert.deepEqual(changedUntilRestart(plain, given, given), ['store'])
})

test('a listener keeps the protocol and the certificates it asks for, and takes other keys', () => {
  const withKey = { ...tls('require'), key: createSecretKey(Buffer.from('another')) }
  const given = (listener: ListenerTls) => ({ ...catalog('/w'), settings: serving(listener) })
  assert.deepEqual(changedUntilRestart(plain, plain, serving(tls('none'))), ['gateway.tls'])
  assert.equal(asItListens(plain, given(tls('none'))).settings.gateway.tls, undefined)
  assert.deepEqual(asItListens(serving(tls('require')), given(tls('none'))).settings.gateway.tls, tls('require'))
  assert.deepEqual(changedUntilRestart(plain, serving(tls('require')), serving(withKey)), [])
  assert.deepEqual(asItListens(serving(tls('require')), given(withKey)).settings.gateway.tls, withKey)
})
