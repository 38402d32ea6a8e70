import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, test } from 'node:test'
import { tlsCall } from '../../harness/tls-call.ts'
import { certificateCases, certificateFiles, openAuthorities } from './certificate-cases.ts'
import { proveReasons } from './prove-reasons.ts'
import type { Stage } from './stage.ts'
import { assertToldApart } from './told-apart.ts'

const authorities = await openAuthorities()
after(() => authorities.close())

const portOf = ({ gatehouse }: Stage) => Number(new URL(gatehouse.gateway).port)

proveReasons('certificates', certificateCases(authorities), {
  files: certificateFiles(authorities),
  async call(stage, path, { method = 'GET', certificate }) {
    const shown = certificate === undefined ? {} : { client: certificate.shown, links: certificate.links }
    const { status, headers, body } = await tlsCall({ port: portOf(stage), root: authorities.servers, path, method, ...shown })
    const list = Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, [value].flat().join(', ')]],
    )
    return { status, headers: new Headers(list as [string, string][]), text: body } // each a name and a value
  },
  more: stage => {
    test('tls.handshake: plain HTTP leaves a record that explains itself, and HTTPS passes', async () => {
      const socket = connect(portOf(stage()), '127.0.0.1')
      socket.end('GET /certificate-missing-0/x HTTP/1.1\r\nHost: a\r\n\r\n')
      await once(socket.resume(), 'close')
      const record = await stage().recordThat(({ reason }) => reason === 'tls.handshake')
      assertToldApart('tls.handshake', record.status)
      assert.deepEqual([record.decision, record.received], ['refused', ['ERR_SSL_HTTP_REQUEST']])
      const { verdict, mend } = await stage().explain(['--request-id', record.requestId])
      assert.equal(verdict.reason, 'tls.handshake')
      assert.match(mend, /The caller speaks TLS: what came was plain HTTP/)
    })
  },
})
