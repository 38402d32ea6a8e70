import assert from 'node:assert/strict'
import { test } from 'node:test'
import { api } from '../gateway/testing/catalog.ts'
import { callAddress } from './call-address.ts'

const versionSets = [
  { name: 'segment', displayName: 'segment', scheme: 'Segment' },
  { name: 'header', displayName: 'header', scheme: 'Header', headerName: 'Api-Version' },
  { name: 'query', displayName: 'query', scheme: 'Query', queryName: 'v' },
] as const

const at = (path: string, more: Parameters<typeof api>[3], template = '/items') =>
  callAddress(api('shop', path, [], more), template, { versionSets })

test('a version stands where its scheme has it: in the path, the query or a header', () => {
  assert.deepEqual(at('shop', { versionSet: 'segment', version: 'v1' }), { path: '/shop/v1/items' })
  assert.deepEqual(at('shop', { versionSet: 'query', version: 'v 1' }), { path: '/shop/items?v=v%201' })
  assert.deepEqual(at('shop', { versionSet: 'query', version: 'v1' }, '/items?q={q}'), { path: '/shop/items?q={q}&v=v1' })
  assert.deepEqual(at('shop', { versionSet: 'header', version: 'v1' }), {
    path: '/shop/items',
    versionHeader: 'Api-Version: v1',
  })
})

test('the original API of a version set has no version, and a path that names its version names it once', () => {
  assert.deepEqual(at('shop', { versionSet: 'segment' }), { path: '/shop/items' })
  assert.deepEqual(at('shop/v1', { versionSet: 'segment', version: 'v1' }), { path: '/shop/v1/items' })
})

test('a revision that is not the current one is called by its number, an API at the root too', () => {
  assert.deepEqual(at('shop', { revision: '2', isCurrent: false }), { path: '/shop;rev=2/items' })
  assert.deepEqual(at('', { revision: '2', isCurrent: false }), { path: '/;rev=2/items' })
  assert.deepEqual(at('', {}), { path: '/items' })
  assert.deepEqual(at('', {}, ''), { path: '/' })
})
