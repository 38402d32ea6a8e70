import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { makeServerCertificate, openAuthority } from '../../src/directory/certificates/authority.ts'
import { PostgresGrantFeed } from '../../src/store/postgres/postgres-grant-feed.ts'
import { PostgresGrants } from '../../src/store/postgres/postgres-grants.ts'
import { StoreAway } from '../../src/store/store-away.ts'
import { noPostgres, startPostgres } from '../../src/store/testing/postgres-server.ts'

test('a PostgreSQL behind TLS is believed when its certificate comes from the workspace’s authority and names it, and not otherwise', {
  skip: noPostgres,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-postgres-tls-'))
  const { caPem } = openAuthority(folder, Date.now())
  const { cert, key } = makeServerCertificate(folder, { dnsNames: ['localhost'], addresses: [] }, Date.now())
  const files = { 'server.crt': cert, 'server.key': key }
  const server = await startPostgres({ files, settings: ['ssl=on', 'ssl_cert_file=server.crt', 'ssl_key_file=server.key'] })
  const plain = server.settings('secured')
  const secured = { ...plain, host: 'localhost', tls: true, ca: caPem }
  const grants = await PostgresGrants.open(secured)
  assert.deepEqual(await grants.all(), [])
  assert.equal(
    server.ask("SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE ssl AND application_name = 'gatehouse'"),
    '1',
  )
  await grants.close()
  const { ca: _, ...strange } = secured
  await assert.rejects(
    PostgresGrants.open(strange),
    (error: unknown) => error instanceof StoreAway && /certificate/.test(error.message),
  )
  // the certificate names localhost alone
  await assert.rejects(PostgresGrants.open({ ...secured, host: '127.0.0.1' }), /IP: 127\.0\.0\.1|altnames/)
  const feed = new PostgresGrantFeed(secured, { seen() {}, changed() {} })
  await feed.ready
  await feed.close()
  await server.stop()
  await rm(folder, { recursive: true })
})

test('a PostgreSQL without TLS is not spoken to when TLS is asked for', { skip: noPostgres }, async () => {
  const server = await startPostgres()
  await assert.rejects(PostgresGrants.open({ ...server.settings('plain'), tls: true }), /does not support SSL/)
  await server.stop()
})
