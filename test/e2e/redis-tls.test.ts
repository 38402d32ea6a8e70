import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { makeServerCertificate, openAuthority } from '../../src/directory/certificates/authority.ts'
import { RedisLink } from '../../src/store/redis/redis-link.ts'
import { noRedis, startRedis } from '../../src/store/testing/redis-server.ts'

const hasTls = spawnSync('redis-cli', ['--help'], { encoding: 'utf8' }).stdout?.includes('--tls') === true
const skip = noRedis === false && !hasTls ? 'this redis-server knows no TLS' : noRedis

test('a Redis behind TLS is believed when its certificate comes from the workspace’s authority, and not otherwise', {
  skip,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-redis-tls-'))
  const { caPem, caFile } = openAuthority(folder, Date.now())
  const { cert, key } = makeServerCertificate(folder, { dnsNames: ['localhost'], addresses: [] }, Date.now())
  const [certFile, keyFile] = [join(folder, 'redis.pem'), join(folder, 'redis-key.pem')]
  await writeFile(certFile, cert)
  await writeFile(keyFile, key)
  const tls = ['--tls-cert-file', certFile, '--tls-key-file', keyFile, '--tls-ca-cert-file', caFile, '--tls-auth-clients', 'no']
  const redis = await startRedis({ scheme: 'rediss', args: tls })
  const changes: string[] = []
  const open = (url: string, ca?: string) =>
    RedisLink.open({
      url,
      prefix: 'p',
      ...(ca === undefined ? {} : { ca }),
      onChange: ({ message }) => void changes.push(message),
    })
  const trusting = await open(`rediss://localhost:${redis.port}`, caPem)
  assert.equal(await trusting.run(['SET', 'a', '1']), 'OK')
  assert.deepEqual(changes, [])
  const strange = await open(`rediss://localhost:${redis.port}`)
  assert.equal(strange.isAway, true)
  // the certificate names localhost alone
  const misnamed = await open(`rediss://127.0.0.1:${redis.port}`, caPem)
  assert.equal(misnamed.isAway, true)
  assert.match(changes[0] ?? '', /certificate/)
  assert.match(changes[1] ?? '', /IP: 127\.0\.0\.1|altnames/)
  await Promise.all([trusting.close(), strange.close(), misnamed.close()])
  await redis.stop()
  await rm(folder, { recursive: true })
})
