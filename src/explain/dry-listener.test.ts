import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Settings } from '../catalog/settings.ts'
import { catalog, settings } from '../gateway/testing/catalog.ts'
import { Body } from '../policies/context/body.ts'
import { Headers } from '../policies/context/headers.ts'
import { DryListener } from './dry-listener.ts'

interface Asked {
  readonly method?: string
  readonly path?: string
  readonly peer?: string
  readonly body?: Body
}

const limits = { maxHeaderBytes: 1024, maxBodyBytes: 100, maxBufferedBodyBytes: 10 }

function hear(headers: readonly string[], asked: Asked = {}, gateway: Partial<Settings['gateway']> = limits) {
  return new DryListener(catalog('/nowhere', { settings: settings('/nowhere', gateway) })).hear({
    method: 'GET',
    path: '/a',
    query: '',
    headers: new Headers(['Host', 'a', ...headers]),
    body: Body.empty(),
    peer: '127.0.0.1',
    scheme: 'http',
    startedAt: 0,
    ...asked,
  })
}

async function reasonOf(headers: readonly string[], asked: Asked = {}): Promise<string> {
  const heard = await hear(headers, asked)
  return heard.kind === 'turned-away' ? `${heard.status} ${heard.reason} ${heard.received ?? ''}`.trim() : heard.kind
}

test('a head may have all but one of the bytes that are counted, and 1000 headers', async () => {
  const counted = '/a'.length + 'Host'.length + 'a'.length + 'X'.length
  assert.equal(await reasonOf(['X', 'x'.repeat(1023 - counted)]), 'call')
  assert.equal(await reasonOf(['X', 'x'.repeat(1024 - counted)]), '431 request.headers-too-large')
  const headers = (count: number) => Array.from({ length: count - 1 }).flatMap(() => ['a', ''])
  const wide = { ...limits, maxHeaderBytes: 32_768 }
  assert.equal((await hear(headers(1000), {}, wide)).kind, 'call')
  assert.equal((await hear(headers(1001), {}, wide)).kind, 'turned-away')
})

test('what contradicts itself is turned away, and says what is wrong', async () => {
  const chunked = ['Transfer-Encoding', 'chunked']
  assert.match(await reasonOf([...chunked, 'Content-Length', '3']), /^400 request\.malformed Content-Length can't be present/)
  assert.match(await reasonOf(['Content-Length', '3', 'Content-Length', '3']), /^400 request\.malformed Duplicate/)
  assert.match(await reasonOf(['Transfer-Encoding', 'gzip']), /^400 request\.malformed .*Transfer-Encoding/)
  assert.equal(
    await reasonOf(['Transfer-Encoding', 'gzip, chunked']),
    '400 request.malformed a Transfer-Encoding other than chunked',
  )
  assert.equal(await reasonOf(['Expect', 'more']), '417 request.malformed an Expect other than 100-continue')
  assert.equal(await reasonOf(['Host', 'b']), '400 request.malformed more than one Host')
  assert.match(await reasonOf([], { method: 'FOO' }), /^400 request\.malformed Invalid method/)
  assert.equal(await reasonOf([], { method: 'CONNECT' }), '400 request.malformed CONNECT, which asks for a proxy')
  assert.equal(await reasonOf(['Content-Length', '101']), '413 request.body-too-large')
})

test('no text makes another head than was meant', async () => {
  const odd = '400 request.malformed a character that no head can have'
  assert.equal(await reasonOf(['X', 'a\r\nX-Admin: yes']), odd)
  assert.equal(await reasonOf(['X: a\r\nX-Admin', 'yes']), odd)
  assert.equal(await reasonOf(['X: a', 'b']), odd)
  assert.equal(await reasonOf(['X', 'a\u010d\u010aX-Admin: yes']), odd)
  assert.equal(await reasonOf([], { path: '/a HTTP/1.1\r\nX-Admin: yes\r\nX:' }), odd)
})

test('a call comes as a socket would bring it', async () => {
  const heard = await hear(['X', ' a\t', 'Apim-Debug-Authorization', 'token'], { peer: '::FFFF:10.0.0.1' })
  assert.ok(heard.kind === 'call')
  assert.deepEqual(heard.incoming.headers.raw, ['Host', 'a', 'X', 'a'])
  assert.equal(heard.incoming.peer, '10.0.0.1')
  assert.equal(heard.isHandshake, false)
})

test('a handshake is one only where the gateway takes it for one', async () => {
  const isHandshake = async (headers: readonly string[], asked: Asked = {}) => {
    const heard = await hear(headers, asked)
    return heard.kind === 'call' && heard.isHandshake
  }
  const asking = ['Connection', 'Upgrade', 'Upgrade', 'websocket']
  assert.equal(await isHandshake(asking), true)
  assert.equal(await isHandshake(asking, { method: 'POST' }), false)
  assert.equal(await isHandshake(['Upgrade', 'websocket']), false)
  assert.equal(await isHandshake(['Connection', 'Upgrade', 'Upgrade', 'h2c']), false)
})

test('a body that no policy may read whole is refused to whoever reads it, there or only announced', async () => {
  for (const [headers, asked] of [
    [['Content-Length', '11'], {}],
    [[], { body: Body.of('x'.repeat(11)) }],
  ] as const) {
    const heard = await hear(headers, asked)
    assert.ok(heard.kind === 'call')
    await assert.rejects(async () => heard.incoming.body.buffer(10), /larger than 10 bytes/)
  }
})
