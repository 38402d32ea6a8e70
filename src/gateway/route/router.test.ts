import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Api, VersionSet } from '../../catalog/catalog.ts'
import { Headers } from '../../policies/context/headers.ts'
import { api, operation } from '../testing/catalog.ts'
import { Router } from './router.ts'

const versionSets: VersionSet[] = [
  { name: 'segment', displayName: 'segment', scheme: 'Segment' },
  { name: 'header', displayName: 'header', scheme: 'Header', headerName: 'Api-Version' },
  { name: 'query', displayName: 'query', scheme: 'Query', queryName: 'v' },
]

function routerOf(...apis: readonly Api[]): Router<string, string> {
  return new Router(
    apis.map(one => ({
      api: one,
      target: one.name,
      operations: one.operations.map(own => ({ operation: own, target: `${one.name}.${own.name}` })),
    })),
    versionSets,
  )
}

function ask(router: Router<string, string>, line: string, headers: readonly string[] = []): string {
  const [method = '', url = ''] = line.split(' ')
  const at = url.indexOf('?')
  const [path, query] = at < 0 ? [url, ''] : [url.slice(0, at), url.slice(at)]
  const route = router.route(method, path, query, new Headers([...headers]))
  return route.kind === 'operation' ? `${route.operation} ${route.below}${route.isPreflight ? ' preflight' : ''}` : route.kind
}

const get = operation('get', 'GET', '/items')
const wild = operation('any', '*', '/*')

test('the longest API path wins, whole segments only, in any case', () => {
  const router = routerOf(api('short', 'shop', [wild]), api('long', 'shop/eu', [wild]), api('other', 'shopping', [wild]))
  assert.equal(ask(router, 'GET /SHOP/eu/x'), 'long.any /x')
  assert.equal(ask(router, 'GET /shop/europe'), 'short.any /europe')
  assert.equal(ask(router, 'GET /shopping/'), 'other.any /')
  assert.equal(ask(router, 'GET /shop'), 'short.any ')
  assert.equal(ask(router, 'GET /sho'), 'no-api')
})

test('an API at the root takes what no other API has', () => {
  const router = routerOf(api('root', '', [wild]), api('a', 'a', [get]))
  assert.equal(ask(router, 'GET /x/y'), 'root.any /x/y')
  assert.equal(ask(router, 'GET /a/items'), 'a.get /items')
  assert.equal(ask(router, 'GET /a/x'), 'no-operation')
})

test('a revision is served under ;rev=N after the path of the API, the current one without', () => {
  const second = { ...api('shop;rev=2', 'shop', [operation('new', 'GET', '/items')]), revision: '2', isCurrent: false }
  const router = routerOf(api('shop', 'shop', [get]), second)
  assert.equal(ask(router, 'GET /shop/items'), 'shop.get /items')
  assert.equal(ask(router, 'GET /shop;rev=2/items'), 'shop;rev=2.new /items')
  assert.equal(ask(router, 'GET /shop;rev=1/items?a=1'), 'shop.get /items')
  assert.equal(ask(router, 'GET /shop;rev=3/items'), 'no-api')
  assert.equal(ask(router, 'GET /shop/items;rev=2'), 'no-operation')
})

test('a version in the path is served below the path of the API, also when that path names it already', () => {
  const inPath = { ...api('v1', 'versioned-api/v1', [get]), version: 'v1', versionSet: 'segment' }
  const below = { ...api('v2', 'plain', [get]), version: 'v2', versionSet: 'segment' }
  const original = { ...api('v0', 'plain', [get]), versionSet: 'segment' }
  const router = routerOf(inPath, below, original)
  assert.equal(ask(router, 'GET /versioned-api/v1/items'), 'v1.get /items')
  assert.equal(ask(router, 'GET /versioned-api/v1/v1/items'), 'v1.get /items')
  assert.equal(ask(router, 'GET /plain/V2/items'), 'v2.get /items')
  assert.equal(ask(router, 'GET /plain/items'), 'v0.get /items')
})

test('a version that a header or the query names is found; one that is not there is no API', () => {
  const router = routerOf(
    { ...api('h1', 'h', [get]), version: 'v1', versionSet: 'header' },
    { ...api('h2', 'h', [get]), version: 'v2', versionSet: 'header' },
    { ...api('h0', 'h', [get]), versionSet: 'header' },
    { ...api('q1', 'q', [get]), version: '2024-01-01', versionSet: 'query' },
  )
  assert.equal(ask(router, 'GET /h/items', ['api-version', 'v2']), 'h2.get /items')
  assert.equal(ask(router, 'GET /h/items'), 'h0.get /items')
  assert.equal(ask(router, 'GET /h/items', ['Api-Version', 'v3']), 'no-api')
  assert.equal(ask(router, 'GET /q/items?v=2024-01-01'), 'q1.get /items')
  assert.equal(ask(router, 'GET /q/items'), 'no-api')
})

test('a path that a backend could read as another operation is refused, one that it reads as the same is not', () => {
  const router = routerOf(
    api('shop', 'shop', [
      operation('admin', 'GET', '/admin'),
      operation('one', 'GET', '/{id}'),
      operation('file', 'GET', '/files/*'),
    ]),
    api('all', 'all', [operation('admin', 'GET', '/admin'), wild]),
  )
  for (const path of [
    '/shop/x%2Fadmin',
    '/all//admin',
    '/all/%2Fadmin',
    '/all/admin;x',
    '/all%2Fadmin',
    '/shop/../all/admin',
    '/shop;x/admin',
  ])
    assert.notEqual(ask(router, `GET ${path}`).split('.')[1]?.split(' ')[0], 'any', path)
  assert.equal(ask(router, 'GET /all//admin'), 'malformed')
  assert.equal(ask(router, 'GET /all/x/../admin'), 'malformed')
  assert.equal(ask(router, 'GET /shop/files/a%2Fb'), 'shop.file /files/a%2Fb')
  assert.equal(ask(router, 'GET /all/a//b'), 'all.any /a//b')
  assert.equal(ask(router, 'GET /shop/a%20b'), 'shop.one /a%20b')
})

test('a preflight reaches the operation that it asks about, unless the API has its own OPTIONS', () => {
  const preflight = ['Origin', 'https://a.example', 'Access-Control-Request-Method', 'GET']
  const router = routerOf(api('a', 'a', [get]), api('b', 'b', [get, operation('own', 'OPTIONS', '/items')]))
  assert.equal(ask(router, 'OPTIONS /a/items', preflight), 'a.get /items preflight')
  assert.equal(ask(router, 'OPTIONS /b/items', preflight), 'b.own /items')
  assert.equal(ask(router, 'OPTIONS /a/items'), 'no-operation')
  assert.equal(ask(router, 'OPTIONS /a/items', [...preflight.slice(0, 3), 'PUT']), 'no-operation')
  assert.equal(ask(router, 'HEAD /a/items'), 'no-operation')
})
